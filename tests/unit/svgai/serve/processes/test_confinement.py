"""Limits that the kernel keeps."""

import signal
import subprocess
import sys

_SPIN = """
from svgai.serve.processes.confinement import processor_time
with processor_time(0.05):
    sum(range(1000))
with processor_time(0.05):
    while True:
        pass
"""
_FILL = """
from svgai.serve.processes.confinement import memory
try:
    with memory(50_000_000):
        bytearray(10_000_000)
        bytearray(100_000_000)
except MemoryError:
    bytearray(100_000_000)
    print("bounded")
"""


def _run(program: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run([sys.executable, "-c", program], capture_output=True, check=False, text=True)


def test_processor_time_ends_a_process() -> None:
    """By a signal of its own; what stays within its time is let alone."""
    assert _run(_SPIN).returncode == -signal.SIGPROF


def test_memory_is_bounded_within_the_block() -> None:
    """Beyond the limit there is MemoryError, and behind the block no limit."""
    assert _run(_FILL).stdout.strip() == "bounded"
