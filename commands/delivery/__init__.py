"""Commands that build, deploy and roll back Bentos on this machine."""
