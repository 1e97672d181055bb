"""Marks without lettering around them."""
