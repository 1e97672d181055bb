"""Shadows, glows and translucent shapes, which are drawn beneath the crisp parts."""
