"""Processes are found by their command lines and names."""

import subprocess
import sys
from collections.abc import Iterator

import psutil
import pytest

from loadtests.faults.process_roles import conversion_processes, decode_processes, fork_server, supervisor, worker
from loadtests.servers.local_server import LocalServer
from svgai.errors import SvgAiError

_SUPERVISOR = """
import subprocess, sys
subprocess.run([sys.executable, "-c", sys.argv[1], "_bentoml_impl.worker.service"], check=True)
"""
_WORKER = """
import asyncio, operator, sys
from svgai.serve.processes.process_group import ProcessGroup
from svgai.serve.processes.working_process import Work

async def main():
    names = "decode", "decode-slow", "convert", "convert"
    groups = [ProcessGroup(Work(name, operator.methodcaller, ("upper",), 1000), 1) for name in names]
    await asyncio.gather(*(group.ask(b"", 60) for group in groups))
    print("ready", flush=True)
    await asyncio.to_thread(sys.stdin.read)
    for group in groups:
        group.close()

asyncio.run(main())
"""


@pytest.fixture
def served() -> Iterator[LocalServer]:
    """Processes as a service has them."""
    with subprocess.Popen(
        [sys.executable, "-c", _SUPERVISOR, _WORKER], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"ready\n"
        yield LocalServer("http://127.0.0.1:1", process.pid, 0.0)


def test_processes_of_one_fork_server_are_told_apart(served: LocalServer) -> None:
    """Those that convert, and those that decode."""
    converting, decoding = conversion_processes(served), decode_processes(served)
    assert [process.name() for process in converting] == ["convert", "convert"]
    assert sorted(process.name() for process in decoding) == ["decode", "decode-slow"]


@pytest.fixture
def lone() -> Iterator[LocalServer]:
    """A server that has no worker."""
    with subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"]) as process:
        yield LocalServer("http://127.0.0.1:1", process.pid, 0.0)
        process.kill()


def test_a_service_without_a_worker_is_told(lone: LocalServer) -> None:
    """So is whatever hangs on it."""
    assert supervisor(lone) == [psutil.Process(lone.pid)]
    for role in (worker, fork_server, conversion_processes, decode_processes):
        with pytest.raises(SvgAiError, match="no worker"):
            role(lone)
