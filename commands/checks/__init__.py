"""Commands that check this machine and running services."""
