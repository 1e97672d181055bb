"""API keys, and what each may ask for."""
