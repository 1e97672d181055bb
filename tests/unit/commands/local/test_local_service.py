"""Waiting for a server."""

import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from commands.local.local_service import _ready, _welcome


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


def test_no_proxy_is_asked_for_it(ready_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The environment's leads elsewhere."""
    for name in ("no_proxy", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    with subprocess.Popen([sys.executable, "-c", "import time; time.sleep(3)"]) as running:
        assert _ready(running, ready_url)
        running.kill()


def test_the_welcome_names_all_addresses() -> None:
    """With a line to copy."""
    text = _welcome("svgai:1", "http://127.0.0.1:3000")
    for address in ("/api/convert", "/api/classify", "/api/optimize", "/api/ai-status", "/readyz", "/metrics"):
        assert f"http://127.0.0.1:3000{address}" in text
    assert any(line.strip().startswith("curl") for line in text.splitlines())
