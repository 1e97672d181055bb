"""Pixel art, drawn as exact squares."""
