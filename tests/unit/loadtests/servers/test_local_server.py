"""Servers that are started for a measurement."""

import sys
import time
from pathlib import Path
from typing import NoReturn

import psutil
import pytest

from loadtests.servers.local_server import LocalServer, local_server, wait_until_ready
from rollout.ports import free_port
from svgai.errors import SvgAiError

STUBBORN = """
import signal, subprocess, sys
from http.server import HTTPServer, SimpleHTTPRequestHandler
code = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(60)"
subprocess.Popen([sys.executable, "-c", code])
HTTPServer(("127.0.0.1", int(sys.argv[1])), SimpleHTTPRequestHandler).serve_forever()
"""


def test_a_server_that_ends_is_told_with_where_its_output_is(tmp_path: Path) -> None:
    """Nobody waits for it any longer."""
    log = tmp_path / "server.log"
    command = [sys.executable, "-c", "print('no models'); raise SystemExit(3)"]
    with (
        pytest.raises(SvgAiError, match=r"ended with code 3; .*server\.log"),
        local_server(command, port=free_port(), ready_path="/", folder=tmp_path, environment={}, log=log),
    ):
        pass
    assert log.read_text() == "no models\n"


def test_a_server_that_is_not_ready_in_time_is_told_with_its_output() -> None:
    """Or with where that is."""
    with pytest.raises(SvgAiError, match=r"not ready within 0\.1 s; server\.log holds it"):
        wait_until_ready(f"http://127.0.0.1:{free_port()}", lambda: None, lambda: "server.log holds it", within_s=0.1)


def test_memory_that_only_root_may_see_is_told() -> None:
    """The processes of a container are another user's where an ordinary user runs it by a daemon."""

    class AnotherUsers(psutil.Process):
        def memory_full_info(self) -> NoReturn:
            raise psutil.AccessDenied(self.pid)

    class Container(LocalServer):
        def processes(self) -> list[psutil.Process]:
            return [AnotherUsers()]

    with pytest.raises(SvgAiError, match="another user's: only root"):
        Container("", 0, 0).proportional_mb()


def test_nothing_is_left_of_a_server(tmp_path: Path) -> None:
    """Not even a process below it that does not want to end."""
    port = free_port()
    command = [sys.executable, "-c", STUBBORN, str(port)]
    with local_server(
        command, port=port, ready_path="/", folder=tmp_path, environment={}, log=tmp_path / "server.log"
    ) as server:
        family = server.processes()
        assert 0 < server.ready_s < 60
        assert server.cpu_seconds() > 0
    assert len(family) == 2
    deadline = time.monotonic() + 60
    while any(map(lives, family)) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not any(map(lives, family))


def lives(process: psutil.Process) -> bool:
    """Whether a process still runs; one that only waits to be buried does not."""
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
