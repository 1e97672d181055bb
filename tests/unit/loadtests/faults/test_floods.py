"""Floods, measured on a stand-in of the service."""

import base64
import http.server
import threading
import time
from collections.abc import Iterator

import pytest

from loadtests.faults.fault_report import flood_table
from loadtests.faults.floods import QUIET, FloodRow, measure_floods

pytestmark = pytest.mark.slow

HOSTILE = b"hostile"
DELAY_S = 0.1


class Service(http.server.BaseHTTPRequestHandler):
    """Refuses hostile images, and is slow to everybody once it has seen one."""

    protocol_version = "HTTP/1.1"
    seen = threading.Event()

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        hostile = base64.b64encode(HOSTILE) in body
        if hostile:
            self.seen.set()
        elif self.seen.is_set():
            time.sleep(DELAY_S)
        self.send_response(413 if hostile else 200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Silence."""


@pytest.fixture(scope="module")
def rows() -> Iterator[list[FloodRow]]:
    """Of a quiet time and one flood."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Service)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield measure_floods(
            f"http://127.0.0.1:{server.server_port}", [b"good"], {"a bomb": HOSTILE}, 1, lambda _done, _of: None
        )
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_the_quiet_time_is_what_floods_are_compared_with(rows: list[FloodRow]) -> None:
    """Nothing is sent in it, and nobody fails."""
    quiet, flood = rows
    assert (quiet.file, quiet.answers, quiet.ratio, quiet.convert_ratio) == (QUIET, {}, 1, 1)
    assert flood.ratio == pytest.approx(flood.p99_ms / quiet.p99_ms)
    assert flood.convert_ratio == pytest.approx(flood.convert_p99_ms / quiet.convert_p99_ms)


def test_a_flood_that_slows_others_down_shows(rows: list[FloodRow]) -> None:
    """In their times; its own answers are counted by status, and are no failures of others."""
    flood = rows[1]
    assert flood.p50_ms >= 1000 * DELAY_S
    assert (list(flood.answers), flood.failed) == ([413], 0)
    assert f"| a bomb | {flood.answers[413]} x 413 |" in flood_table(rows)
