"""What is in Production, built and put into service."""
