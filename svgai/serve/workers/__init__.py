"""Conversions in separate processes."""
