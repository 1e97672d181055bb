"""A Bento from the versions in Production."""
