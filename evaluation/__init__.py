"""Conversion quality compared with other tracers and the designer's file."""
