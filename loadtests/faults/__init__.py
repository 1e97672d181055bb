"""Faults brought upon a running service under load: what fails, for how long, and what is left behind."""
