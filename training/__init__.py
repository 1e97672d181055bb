"""Data sets, parameter search, training and evaluation of the two models."""
