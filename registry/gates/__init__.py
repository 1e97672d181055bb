"""Whether a version may be promoted: evidence, checks, verdict."""
