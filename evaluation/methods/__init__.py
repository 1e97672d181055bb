"""Each way to trace an image that is compared."""
