"""Retraining on served conversions: training rows, labels by people, and the schedule."""
