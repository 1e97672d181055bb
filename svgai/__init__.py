"""Raster logos to the smallest SVG of a promised quality: everything that ships in the Bento."""
