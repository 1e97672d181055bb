"""What a container image of the service holds: its packages with their sizes, and one as it runs."""
