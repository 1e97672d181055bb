"""Seeded synthetic logos and pictures, and what happens to a picture before it is uploaded."""
