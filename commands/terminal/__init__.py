"""Terminal output of the commands, and the entry point."""
