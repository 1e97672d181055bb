"""The web page at / and the API reference at /docs: their files in `browser/`, and how they are sent."""
