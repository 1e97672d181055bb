"""A process with a time of day of its own."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from loadtests.faults.own_clock import OwnClock, can_build

TOLD = "import time; print(time.time(), flush=True); input(); print(time.time(), time.monotonic(), flush=True)"


@pytest.mark.skipif(not can_build(), reason="there is no C compiler")
@pytest.mark.parametrize("seconds", [3600.0, -3600.0])
def test_the_time_of_day_jumps_and_nothing_else(seconds: float, tmp_path: Path) -> None:
    """In a process that runs already; what measures durations goes on."""
    clock = OwnClock(tmp_path)
    with subprocess.Popen(
        [sys.executable, "-c", TOLD],
        env={**os.environ, **clock.environment},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert float(process.stdout.readline()) == pytest.approx(time.time(), abs=20)
        clock.set_ahead(seconds)
        told, _ = process.communicate("\n")
    day, monotonic = map(float, told.split())
    assert day == pytest.approx(time.time() + seconds, abs=20)
    assert monotonic == pytest.approx(time.monotonic(), abs=20)
