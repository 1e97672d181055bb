"""File formats that Pillow alone does not read as safely or as fully as is wanted."""
