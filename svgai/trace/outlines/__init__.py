"""Layers to outlines finer than their pixels."""
