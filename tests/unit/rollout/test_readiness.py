import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from rollout.ports import free_port
from rollout.readiness import wait_until_ready
from svgai.errors import SvgAiError


class Slow(BaseHTTPRequestHandler):
    """Ready from the third question on."""

    asked = 0

    def do_GET(self) -> None:
        type(self).asked += 1
        self.send_response(200 if self.asked > 2 else 503)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Silence."""


@pytest.fixture
def slow() -> Iterator[str]:
    """A server on loopback that takes its time."""
    server = HTTPServer(("127.0.0.1", 0), type("Handler", (Slow,), {"asked": 0}))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/readyz"
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_server_is_waited_for_until_its_answer_is_good(slow: str) -> None:
    """The seconds are those that passed; an answer that is not good counts as none."""
    began = time.monotonic()
    seconds = wait_until_ready(slow, lambda: None)
    assert 0.1 <= seconds <= time.monotonic() - began


def test_a_server_that_ended_is_not_waited_for(slow: str) -> None:
    """Whoever answers on its port now is someone else."""
    with pytest.raises(SvgAiError, match="it ended with code 3"):
        wait_until_ready(slow, lambda: "it ended with code 3")


def test_a_server_that_is_not_ready_in_time_is_told() -> None:
    """With the time that it had."""
    with pytest.raises(SvgAiError, match=r"it was not ready within 0\.1 s"):
        wait_until_ready(f"http://127.0.0.1:{free_port()}", lambda: None, within_s=0.1)


def test_no_proxy_is_asked_for_it(slow: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The environment's leads elsewhere."""
    for name in ("no_proxy", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    assert wait_until_ready(slow, lambda: None, within_s=60) < 60
