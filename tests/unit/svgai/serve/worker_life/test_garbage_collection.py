"""Memory that is given back."""

import os
import sys
from pathlib import Path

import pytest

from svgai.serve.worker_life.garbage_collection import return_free_memory


def resident() -> int:
    """Bytes of this process that lie in memory."""
    return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * os.sysconf("SC_PAGE_SIZE")


@pytest.mark.skipif(sys.platform != "linux", reason="what a process takes is read as Linux tells it")
def test_free_memory_goes_back_to_the_system() -> None:
    """Also where something that is still used lies behind it."""
    blocks = [b"x" * 100_000 for _ in range(400)]
    last = blocks[-1]
    del blocks
    before = resident()
    return_free_memory()
    assert before - resident() > 20_000_000
    assert len(last) == 100_000
