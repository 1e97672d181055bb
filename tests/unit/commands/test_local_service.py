"""The Bento that was built here last, and waiting for a server."""

import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from commands.local_service import BUILT, _ready, _welcome, built_bento, remember_bento


class Ready(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Silence."""


@pytest.fixture
def ready_url() -> Iterator[str]:
    """A server on loopback that says yes."""
    server = HTTPServer(("127.0.0.1", 0), Ready)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/readyz"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.usefixtures("clean_environment")
def test_nothing_built_is_nothing_to_serve() -> None:
    """A folder where no Bento was built has none."""
    assert built_bento() is None


@pytest.mark.filterwarnings("ignore:GitWildMatchPattern:DeprecationWarning")  # BentoML's, at its import
def test_the_last_bento_is_remembered(clean_environment: Path) -> None:
    """The newest replaces the one before; one that has left the store counts no more."""
    remember_bento("svgai:old")
    remember_bento("svgai:no-such-version-anywhere")
    assert (clean_environment / BUILT).read_text() == "svgai:no-such-version-anywhere\n"
    assert [path.name for path in (clean_environment / BUILT.parent).iterdir()] == [BUILT.name]
    assert built_bento() is None


def test_a_server_that_answers_is_ready(ready_url: str) -> None:
    """As soon as it says so."""
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as running:
        assert _ready(running, ready_url)
        running.communicate(b"\n")


def test_a_server_that_ended_is_not_waited_for(ready_url: str) -> None:
    """Whoever answers on its port now is someone else."""
    with subprocess.Popen([sys.executable, "-c", ""]) as ended:
        ended.wait()
        assert not _ready(ended, ready_url)


def test_the_welcome_names_all_addresses() -> None:
    """With a line to copy."""
    text = _welcome("svgai:1", "http://127.0.0.1:3000")
    for address in ("/api/convert", "/api/classify", "/api/optimize", "/api/ai-status", "/readyz", "/metrics"):
        assert f"http://127.0.0.1:3000{address}" in text
    assert any(line.strip().startswith("curl") for line in text.splitlines())
