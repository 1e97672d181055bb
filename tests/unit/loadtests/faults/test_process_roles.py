"""Processes are found by what their command lines say."""

import subprocess
import sys
from collections.abc import Iterator

import psutil
import pytest

from loadtests.faults.process_roles import conversion_processes, fork_server, supervisor, worker
from loadtests.servers.local_server import LocalServer
from svgai.errors import SvgAiError


@pytest.fixture
def lone() -> Iterator[LocalServer]:
    """A server that has no worker."""
    with subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"]) as process:
        yield LocalServer("http://127.0.0.1:1", process.pid, 0.0)
        process.kill()


def test_a_service_without_a_worker_is_told(lone: LocalServer) -> None:
    """So is whatever hangs on it."""
    assert supervisor(lone) == [psutil.Process(lone.pid)]
    for role in (worker, fork_server, conversion_processes):
        with pytest.raises(SvgAiError, match="no worker"):
            role(lone)
