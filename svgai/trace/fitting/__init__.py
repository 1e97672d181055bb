"""Outlines to as few lines and curves as their deviation is worth."""
