"""Keeps what conversions came to, and what people say of it, without making anybody wait."""
