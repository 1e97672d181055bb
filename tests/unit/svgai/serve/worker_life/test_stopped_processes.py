"""Real processes that are stopped and go on."""

import signal
import subprocess
import sys
from collections.abc import Iterator

import psutil
import pytest

from svgai.serve.worker_life.stopped_processes import STOPPED_LOOKS, StoppedProcesses


@pytest.fixture
def process() -> Iterator[psutil.Process]:
    """A process that does nothing."""
    with subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"]) as started:
        yield psutil.Process(started.pid)
        started.kill()


def stop(process: psutil.Process) -> None:
    process.send_signal(signal.SIGSTOP)
    while process.status() != psutil.STATUS_STOPPED:
        pass


def test_one_that_stays_stopped_is_ended(process: psutil.Process) -> None:
    """At the last of so many looks, and not before."""
    workers = StoppedProcesses(lambda: [process])
    stop(process)
    assert [workers.look() for _ in range(STOPPED_LOOKS)] == [[]] * (STOPPED_LOOKS - 1) + [[process.pid]]
    assert psutil.Process(process.pid).wait(60) == -signal.SIGKILL


def test_one_that_goes_on_is_left_alone(process: psutil.Process) -> None:
    """A look at which it runs begins the count anew."""
    workers = StoppedProcesses(lambda: [process])
    for _ in range(2):
        stop(process)
        assert [workers.look() for _ in range(STOPPED_LOOKS - 1)] == [[]] * (STOPPED_LOOKS - 1)
        process.send_signal(signal.SIGCONT)
        while process.status() == psutil.STATUS_STOPPED:
            pass
        assert workers.look() == []
    assert process.is_running()


def test_one_that_is_gone_is_nobodys_concern(process: psutil.Process) -> None:
    """It may end between two looks."""
    workers = StoppedProcesses(lambda: [process])
    process.kill()
    process.wait(60)
    assert workers.look() == []


def test_one_that_nobody_replaces_is_told_to_go_on(process: psutil.Process) -> None:
    """With SIGCONT as the remedy it runs again."""
    processes = StoppedProcesses(lambda: [process], signal.SIGCONT)
    stop(process)
    assert [processes.look() for _ in range(STOPPED_LOOKS)][-1] == [process.pid]
    while process.status() == psutil.STATUS_STOPPED:
        pass
    assert processes.look() == []
