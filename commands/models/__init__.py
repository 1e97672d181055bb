"""Commands that make models and promote them."""
