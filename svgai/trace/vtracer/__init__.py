"""VTracer as a second back end, and as what everything is compared with."""
