"""A/B tests: a challenger's effects, the verdict, and the guard."""
