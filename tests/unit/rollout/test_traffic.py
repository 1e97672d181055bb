import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rollout.state import Service
from rollout.traffic import FEWEST_FAILURES, Answers, counted_answers, fault_of, logged_answers

NEW, OLD = Service(bento="svgai:new", port=4001), Service(bento="svgai:old", port=4000)
counts = st.integers(0, 1000)


def line(service: Service, status: int) -> str:
    return json.dumps({"status": status, "upstream": f"127.0.0.1:{service.port}", "seconds": 0.01}) + "\n"


def test_each_service_has_its_own_answers(tmp_path: Path) -> None:
    """From a byte on; a line that is still in the writing counts next time."""
    log = tmp_path / "answers.log"
    assert logged_answers(log, (NEW.upstream,)) == Answers()
    log.write_text(line(NEW, 200) + line(OLD, 500))
    offset = log.stat().st_size
    with log.open("a") as file:
        file.write(line(NEW, 429) + line(NEW, 502) + line(NEW, 500)[:-5])
    assert logged_answers(log, (NEW.upstream,)) == Answers(3, 1)
    assert logged_answers(log, (NEW.upstream,), offset) == Answers(2, 1)
    assert logged_answers(log, (OLD.upstream,)) == Answers(1, 1)


class Keyed(BaseHTTPRequestHandler):
    """Tells its counters to whoever has the key."""

    def do_GET(self) -> None:
        asked = self.path == "/metrics" and self.headers["Authorization"] == "Bearer secret"
        lines = [
            f'bentoml_service_request_total{{endpoint="{path}",http_response_code="{status}"}} {count}'
            for path, status, count in (("/api/convert", 200, 90), ("/api/convert", 500, 10), ("/readyz", 200, 50))
        ]
        self.send_response(200 if asked else 401)
        self.end_headers()
        self.wfile.write("\n".join(["# TYPE bentoml_service_request_total counter", *lines, ""]).encode())

    def log_message(self, *_: object) -> None:
        """Silence."""


@pytest.fixture
def keyed() -> Iterator[Service]:
    """A service that asks for a key."""
    server = HTTPServer(("127.0.0.1", 0), Keyed)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield Service(bento="svgai:keyed", port=server.server_port)
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_service_tells_its_counters_to_whoever_has_its_key(keyed: Service) -> None:
    """Only requests to its API count; without the key, nothing is known, which is not the same as no traffic."""
    assert counted_answers(keyed, "secret") == Answers(100, 10)
    assert counted_answers(keyed) is None
    assert counted_answers(keyed, "another") is None


def test_beside_unknown_answers_only_many_failures_are_a_fault() -> None:
    """What was as bad before is not taken back."""
    assert fault_of(Answers(100, 10), None) == ""
    assert "failed at 11 of 100 requests (11.0%; unknown before it" in fault_of(Answers(100, 11), None)


def test_a_service_that_fails_more_than_the_one_before_is_not_acceptable() -> None:
    """The reason tells the shares."""
    assert "failed at 5 of 100" in fault_of(Answers(100, 5), Answers(1000, 10))
    assert fault_of(Answers(100, 5), Answers(100, 3)) == ""


@given(counts, counts, counts, counts)
def test_few_failures_are_chance(requests: int, failed: int, old_requests: int, old_failed: int) -> None:
    """Fewer than FEWEST_FAILURES never count, and none at all is always good."""
    new = Answers(max(requests, failed), min(failed, FEWEST_FAILURES - 1))
    assert fault_of(new, Answers(max(old_requests, old_failed), old_failed)) == ""


def test_a_request_that_was_sent_twice_counts_once(tmp_path: Path) -> None:
    """By the answer that the client got."""
    log = tmp_path / "answers.log"
    twice = json.dumps({"status": 200, "upstream": "127.0.0.1:4001, 127.0.0.1:4001", "seconds": 2.0}) + "\n"
    log.write_text(line(NEW, 200) + twice + line(OLD, 500))
    assert logged_answers(log, (NEW.upstream,)) == Answers(2, 0)
