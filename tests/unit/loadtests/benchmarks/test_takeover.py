import http.server
import json
import threading
from collections.abc import Iterator

import pytest

from loadtests.benchmarks.service_report import takeover_table
from loadtests.benchmarks.takeover import Takeovers, Turn, mixed, served
from loadtests.servers.traffic import under_load
from svgai.errors import SvgAiError


class Service(http.server.BaseHTTPRequestHandler):
    """Says which models answered."""

    def do_POST(self) -> None:
        self.server.asked.release()  # type: ignore[attr-defined]
        self.rfile.read(int(self.headers["Content-Length"]))
        body = json.dumps({"model_version": self.server.model_version}).encode()  # type: ignore[attr-defined]
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Silence."""


@pytest.fixture
def service() -> Iterator[http.server.ThreadingHTTPServer]:
    """A service of version 7."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Service)
    server.model_version = "classifier:7,optimizer:2"  # type: ignore[attr-defined]
    server.asked = threading.Semaphore(0)  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def test_the_version_that_answers_is_told(service: http.server.ThreadingHTTPServer) -> None:
    """A service that does not tell is a fault."""
    url = f"http://127.0.0.1:{service.server_port}"
    assert served(url, b"image") == 7
    service.model_version = "none"  # type: ignore[attr-defined]
    with pytest.raises(SvgAiError, match="does not say which version"):
        served(url, b"image")


def test_load_lasts_as_long_as_the_block(service: http.server.ThreadingHTTPServer) -> None:
    """Every request that was sent has an outcome."""
    url = f"http://127.0.0.1:{service.server_port}"
    asked: threading.Semaphore = service.asked  # type: ignore[attr-defined]
    sent = 0
    with under_load(mixed(url, [b"image"]), 100) as load:
        while sent < 10:
            assert asked.acquire(timeout=60)
            sent += 1
    outcomes = load.result()
    while asked.acquire(blocking=False):
        sent += 1
    assert len(outcomes) == sent
    assert all(outcome.ok for outcome in outcomes)


def test_the_mix_holds_each_image_in_each_call() -> None:
    """Of five calls one converts."""
    calls = mixed("http://here", [b"a", b"b"])
    assert [call.url.rpartition("/")[2] for call in calls[:5]] == [
        "classify",
        "optimize",
        "convert",
        "classify",
        "optimize",
    ]
    assert len(calls) == 10
    assert calls[0].body != calls[5].body


def test_the_table_tells_promotions_and_rollbacks_apart() -> None:
    """With the median and the most of each."""
    turns = (Turn("promote", 2, 4, 10), Turn("rollback", 1, 9, 6), Turn("promote", 2, 5, 12), Turn("rollback", 1, 9, 7))
    text = takeover_table(Takeovers(turns, 500, 2, {0: 1}, 33.3))
    assert "| svgai promote | 2 | 11.0, 12.0 | 4.5, 5.0 |" in text
    assert "| svgai rollback | 2 | 6.5, 7.0 | 9.0, 9.0 |" in text
    assert "Requests meanwhile: 500, failed: 1 with status 0, refused with 429: 2, p99 33 ms." in text
