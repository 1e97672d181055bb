"""A judge at four times the image's size, for images with a reference drawing."""
