"""Fits outlines with lines and curves: bytes against deviation."""
