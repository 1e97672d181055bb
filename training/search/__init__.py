"""Measures many tracings of many images: the table that the optimizer is trained on."""
