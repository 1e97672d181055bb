"""The Bento that was built here last, and waiting for a server."""

import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from commands.local_service import BUILT, _ready, _welcome, built_bento, remember_bento, require_free
from svgai.errors import SvgAiError


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


def test_no_proxy_is_asked_for_it(ready_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The environment's leads elsewhere."""
    for name in ("no_proxy", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    with subprocess.Popen([sys.executable, "-c", "import time; time.sleep(3)"]) as running:
        assert _ready(running, ready_url)
        running.kill()


def test_an_address_in_use_is_refused(ready_url: str) -> None:
    """Else the server that is there would be taken for the one that could not start."""
    port = urlsplit(ready_url).port
    assert port is not None
    with pytest.raises(SvgAiError, match=f"cannot serve on port {port} of 127.0.0.1: Address already in use"):
        require_free("127.0.0.1", port)


def test_a_free_address_is_left_free() -> None:
    """It is only looked at; a host that there is not is a fault."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    require_free("127.0.0.1", port)
    require_free("127.0.0.1", port)
    with pytest.raises(SvgAiError, match=f"cannot serve on port {port}"):
        require_free("192.0.2.1", port)


def test_the_welcome_names_all_addresses() -> None:
    """With a line to copy."""
    text = _welcome("svgai:1", "http://127.0.0.1:3000")
    for address in ("/api/convert", "/api/classify", "/api/optimize", "/api/ai-status", "/readyz", "/metrics"):
        assert f"http://127.0.0.1:3000{address}" in text
    assert any(line.strip().startswith("curl") for line in text.splitlines())
