"""Fault injection into a running service under load: failures, their duration, and what remains afterwards."""
