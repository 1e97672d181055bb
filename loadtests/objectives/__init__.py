"""Service level objectives, and Locust's measurements held against them."""
