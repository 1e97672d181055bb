"""How a worker of BentoML starts, lives and is replaced."""
