"""Commands that build, deploy and roll back Bentos, and what they work with on this machine."""
