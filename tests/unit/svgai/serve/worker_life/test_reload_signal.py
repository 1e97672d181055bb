"""SIGHUP, in real processes: a parent that hands it on, and a child that acts on it."""

import signal
import subprocess
import sys
from pathlib import Path

CHILD = """
import asyncio
from svgai.serve.worker_life.reload_signal import reload_when_asked

async def reload():
    print("reloaded", flush=True)

print("begun", flush=True)
asyncio.run(reload_when_asked(reload))
"""

PARENT = """
import signal, subprocess, sys
from svgai.serve.worker_life.child_processes import ChildProcesses
from svgai.serve.worker_life.reload_signal import hand_on_reloads

signal.signal(signal.SIGINT, signal.default_int_handler)  # it may be ignored by who started the tests
hand_on_reloads(ChildProcesses("reload_signal"))
child = subprocess.Popen([sys.executable, "-c", sys.argv[1]])
try:
    child.wait()
finally:
    child.kill()
"""


def test_the_signal_reaches_the_worker_and_ends_nobody() -> None:
    """Not even one that comes before the worker can act on it: it is acted on as soon as it can."""
    with subprocess.Popen(
        [sys.executable, "-c", PARENT, CHILD], stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[5]
    ) as parent:
        assert parent.stdout is not None
        try:
            assert parent.stdout.readline() == "begun\n"
            for _ in range(2):
                parent.send_signal(signal.SIGHUP)
                assert parent.stdout.readline() == "reloaded\n"
            assert parent.poll() is None
        finally:
            parent.send_signal(signal.SIGINT)  # it ends its child
