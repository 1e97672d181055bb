"""Choosing the next tracing of an image, and the best of those made."""
