"""Which tracing of an image is made next, and which of those made is best."""
