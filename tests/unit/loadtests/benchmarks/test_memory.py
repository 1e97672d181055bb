"""Memory over time."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from loadtests.benchmarks.memory import MemorySample, memory_figures, watched
from loadtests.benchmarks.memory_picture import draw_memory
from loadtests.servers.local_server import LocalServer
from svgai.errors import SvgAiError


def flat_then(last: float) -> list[MemorySample]:
    """An hour at 500 MB, but for the last quarter."""
    return [MemorySample(60.0 * n, last if n >= 45 else 500.0, 300.0) for n in range(61)]


@pytest.mark.parametrize("last, growth", [(500.0, 0.0), (550.0, 0.1), (450.0, -0.1)])
def test_growth_is_of_the_second_half(last: float, growth: float) -> None:
    """Its last quarter over the one before; what a service takes up while it warms up is none."""
    figures = memory_figures(flat_then(last))
    assert figures.growth == pytest.approx(growth)
    assert (figures.minutes, figures.end_mb, figures.end_proportional_mb) == (60, last, 300)
    assert figures.peak_mb == max(500.0, last)


def test_a_few_samples_tell_no_growth() -> None:
    """A quarter of them would be none."""
    with pytest.raises(SvgAiError, match="sampled 3 times only"):
        memory_figures(flat_then(500.0)[:3])
    assert memory_figures(flat_then(500.0)[:4]).growth == 0


def test_processes_are_watched_while_the_block_runs() -> None:
    """Children count, and what is shared is counted once in the second figure."""
    child = "import time; print(flush=True); time.sleep(60)"
    code = "import subprocess, sys; subprocess.run([sys.executable, '-c', sys.argv[1]])"
    with subprocess.Popen([sys.executable, "-c", code, child], stdout=subprocess.PIPE) as process:
        server = LocalServer("http://127.0.0.1:1", process.pid, 0.0)
        assert process.stdout is not None
        assert process.stdout.readline()  # neither grows any more
        with watched(server, every_s=0.01) as samples:
            while len(samples) < 3:
                time.sleep(0.01)
        alone = [one.memory_info().rss / 1e6 for one in server.processes()]
        for one in reversed(server.processes()):
            os.kill(one.pid, 9)
    assert len(alone) == 2
    assert samples[-1].resident_mb == pytest.approx(sum(alone), rel=0.2)
    assert samples[-1].proportional_mb < samples[-1].resident_mb
    assert sorted(sample.second for sample in samples) == [sample.second for sample in samples]


def test_memory_is_drawn(tmp_path: Path) -> None:
    """As a PNG file, in a folder that is made for it."""
    picture = tmp_path / "images/memory.png"
    draw_memory(flat_then(500.0), picture)
    assert picture.read_bytes().startswith(b"\x89PNG")
