"""The contents of a service image: packages with their sizes, and a running container."""
