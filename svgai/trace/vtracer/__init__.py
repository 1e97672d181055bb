"""VTracer as a second back end, and as the baseline of all comparisons."""
