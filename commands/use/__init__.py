"""Commands for converting images."""
