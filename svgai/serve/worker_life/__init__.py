"""Start, lifecycle and replacement of a BentoML worker."""
