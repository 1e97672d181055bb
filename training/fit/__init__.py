"""The two models fitted, and their held-out figures."""
