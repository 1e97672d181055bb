"""Figures, tables and pictures of an evaluation."""
