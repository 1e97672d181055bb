"""What may be wrong on this machine, for `svgai doctor` and `svgai config --check`; nothing is changed."""
