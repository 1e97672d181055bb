"""Experiments: what a challenger changes, what follows from it, and who stops it."""
