"""The benchmarks, run by themselves: `python -m commands.benchmarks`, `.compare` and `.limit`."""
