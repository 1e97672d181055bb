"""Service level objectives, compared with Locust's measurements."""
