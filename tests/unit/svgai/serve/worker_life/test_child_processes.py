"""Children of a process, found by what they run."""

import subprocess
import sys

from rollout.waiting import wait_until
from svgai.serve.worker_life.child_processes import ChildProcesses

SLEEP = "import time; time.sleep(60)  # {}"


def test_children_are_found_by_their_module_until_they_are_gone() -> None:
    """Others are none of them, and one that takes the place of one that has gone is found."""
    children = ChildProcesses("the_module")
    assert children() == []
    for _ in range(2):
        with (
            subprocess.Popen([sys.executable, "-c", SLEEP.format("the_module")]) as one,
            subprocess.Popen([sys.executable, "-c", SLEEP.format("another")]) as other,
        ):
            # A command can be read a moment after the program has begun.
            assert wait_until(lambda: bool(children()), within_s=60)
            assert [child.pid for child in children()] == [one.pid]
            one.kill()
            other.kill()
    assert children() == []
