"""Image files to straight-alpha sRGB pixels: formats, limits, cheap checks."""
