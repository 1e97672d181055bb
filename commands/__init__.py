"""Support for the `svgai` command: terminal output, and work done on this machine."""
