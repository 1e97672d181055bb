"""Searches for settings of a training, and what the best are worth on data that the search never saw."""
