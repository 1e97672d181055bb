"""Pixels to a map of regions, each with a colour model, and the map to a stack of layers."""
