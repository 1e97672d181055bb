"""Limits of image files."""

from dataclasses import dataclass


@dataclass(frozen=True)
class ImageLimits:
    """Largest image file in bytes, and most pixels that it may decode to."""

    max_bytes: int
    max_pixels: int
