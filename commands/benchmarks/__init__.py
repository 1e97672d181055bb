"""The benchmarks, run separately from `svgai`: `python -m commands.benchmarks`, `.compare` and `.limit`."""
