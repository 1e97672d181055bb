"""Gauges of processes that were killed."""

import os
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from svgai.serve.monitoring.dead_gauges import forget_dead_gauges

KILLED_AT_WORK = """
import os, signal
from prometheus_client import Counter, Gauge
Gauge("in_hand", "", multiprocess_mode="livesum").inc(2)
Counter("done", "").inc(3)
os.kill(os.getpid(), signal.SIGKILL)
"""

SHOWN = """
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector
registry = CollectorRegistry()
MultiProcessCollector(registry)
print(generate_latest(registry).decode())
"""


def _run(code: str, folder: Path) -> str:
    environment = os.environ | {"PROMETHEUS_MULTIPROC_DIR": str(folder)}
    return subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=False
    ).stdout


@pytest.mark.slow
def test_what_a_killed_process_had_in_hand_is_forgotten(tmp_path: Path) -> None:
    """Its gauge leaves the sum; what it had counted stays."""
    _run(KILLED_AT_WORK, tmp_path)
    assert "in_hand 2.0" in _run(SHOWN, tmp_path)
    assert len(forget_dead_gauges(tmp_path, psutil.pid_exists)) == 1
    shown = _run(SHOWN, tmp_path)
    assert "in_hand" not in shown
    assert "done_total 3.0" in shown


def test_living_processes_keep_their_gauges(tmp_path: Path) -> None:
    """Of a process that runs nothing is forgotten; an id that came back to this one was a dead one's."""
    for pid in (os.getppid(), os.getpid()):
        (tmp_path / f"gauge_livesum_{pid}.db").touch()
    (tmp_path / "gauge_mostrecent_99999999.db").touch()
    assert forget_dead_gauges(tmp_path, psutil.pid_exists) == [os.getpid()]
    assert sorted(file.name for file in tmp_path.iterdir()) == sorted(
        ["gauge_mostrecent_99999999.db", f"gauge_livesum_{os.getppid()}.db"]
    )


def test_without_a_folder_there_is_nothing_to_forget() -> None:
    """One process alone keeps its metrics in memory."""
    assert forget_dead_gauges(None, psutil.pid_exists) == []
