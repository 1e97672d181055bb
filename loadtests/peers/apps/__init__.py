"""The programs that serve the models as peers."""
