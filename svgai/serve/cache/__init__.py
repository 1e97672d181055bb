"""The cache of conversions for equal requests."""
