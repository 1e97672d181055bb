"""Receiving and parsing requests."""
