"""Building and deploying the versions in Production."""
