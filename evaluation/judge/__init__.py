"""A judge at four times the image's size, where there is a drawing to judge by."""
