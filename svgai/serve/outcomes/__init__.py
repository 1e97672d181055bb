"""Stores outcomes of conversions and feedback, without delaying requests."""
