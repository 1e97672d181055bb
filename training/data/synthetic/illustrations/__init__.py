"""Illustrations: figures, animals, things and scenes."""
