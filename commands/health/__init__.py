"""Checks of this machine for `svgai doctor` and `svgai config --check`; they change nothing."""
