"""A small collector: it takes OTLP/HTTP as JSON on a loopback port, and keeps the spans."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

_WITHIN_S = 90

Span = dict[str, Any]


@dataclass
class Collector:
    """What came in: spans, as OTLP has them, and the attributes of their resource."""

    url: str
    spans: list[Span] = field(default_factory=list)
    resource: dict[str, str] = field(default_factory=dict)
    paths: set[str] = field(default_factory=set)

    def wait_for(self, found: Callable[[list[Span]], bool]) -> list[Span]:
        """The spans, once there are those that a test waits for."""
        deadline = time.monotonic() + _WITHIN_S
        while not found(self.spans):
            assert time.monotonic() < deadline, [span["name"] for span in self.spans]
            time.sleep(0.05)
        return list(self.spans)

    def take(self, body: bytes) -> None:
        """Keep what one request brought."""
        parts = json.loads(body)["resourceSpans"]
        for part in parts:
            attributes = part["resource"]["attributes"]
            self.resource |= {one["key"]: one["value"].get("stringValue", "") for one in attributes}
        # All at once: whoever waits for the last of them has the others, too.
        self.spans += [span for part in parts for scope in part["scopeSpans"] for span in scope["spans"]]


@contextmanager
def collector() -> Iterator[Collector]:
    """A collector that runs inside the block."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            kept.paths.add(self.path)
            kept.take(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", "2")
            self.end_headers()
            self.wfile.write(b"{}")

        def log_message(self, *_: object) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    kept = Collector(f"http://127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield kept
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def attributes(span: Span) -> dict[str, Any]:
    """Those of a span, as plain values."""
    return {one["key"]: next(iter(one["value"].values())) for one in span.get("attributes", [])}


def below(spans: list[Span], parent: Span) -> list[Span]:
    """The spans of which this one is the parent, in the order in which they began."""
    found = [span for span in spans if span.get("parentSpanId") == parent["spanId"]]
    return sorted(found, key=lambda span: int(span["startTimeUnixNano"]))
