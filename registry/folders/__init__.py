"""Versions as a folder that can be served, and the check of any such folder."""
