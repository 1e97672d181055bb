"""Layers to outlines with subpixel accuracy."""
