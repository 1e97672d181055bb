"""Conversions that are kept for equal requests."""
