"""Shadows, glows and translucent shapes, which lie beneath what is crisp."""
