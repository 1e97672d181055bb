"""Pixels to numbers and a type: features for the optimizer, and the classifier."""
