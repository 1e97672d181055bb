"""The running service: its parts, their life, what it measures of itself."""
