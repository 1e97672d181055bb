import subprocess
import sys
import time

import psutil

from rollout.processes import lives, wait_until_gone


def test_a_process_that_has_ended_is_gone_though_nobody_has_asked_for_its_result() -> None:
    """As one is whose parent is busy: it keeps its number until then."""
    child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    process = psutil.Process(child.pid)
    assert lives(process)
    assert wait_until_gone([process], 0.1) == [process]
    child.kill()
    assert wait_until_gone([process], 60) == []
    assert process.status() == psutil.STATUS_ZOMBIE
    assert not lives(process)
    child.communicate()


def test_waiting_ends_with_the_last_process() -> None:
    """Not with the time that was given for it."""
    began = time.monotonic()
    assert wait_until_gone([], 30) == []
    assert time.monotonic() - began < 30
