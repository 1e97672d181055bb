"""Every contact with what BentoML does not document."""
