"""The colour information of a file, and conversion to sRGB."""
