"""Model files tried in a process of their own."""
