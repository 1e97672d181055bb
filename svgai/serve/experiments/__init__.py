"""Challengers at work: which arm an image gets, conversions beside the champion's, and the switch."""
