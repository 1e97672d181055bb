"""The health check of the image, run beside a server as it is in a container."""

import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from rollout.ports import free_port

CHECK = Path(__file__).parents[3] / "deploy/image/healthcheck.py"


@contextmanager
def service(status: int) -> Iterator[int]:
    """The port of a server whose /readyz answers with a status."""

    class Service(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status if self.path == "/readyz" else 404)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Service) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield server.server_port
        server.shutdown()
        thread.join()


@pytest.fixture
def check() -> Callable[..., tuple[int, str]]:
    """Runs the health check with variables; gives its exit code and what it says."""

    def run(**variables: object) -> tuple[int, str]:
        others = {name: value for name, value in os.environ.items() if name not in ("PORT", "BENTOML_PORT")}
        done = subprocess.run(
            [sys.executable, "-IS", CHECK],
            env={**others, **{name: str(value) for name, value in variables.items()}},
            capture_output=True,
            text=True,
            check=False,
        )
        return done.returncode, done.stderr

    return run


def test_a_ready_service_is_healthy(check: Callable[..., tuple[int, str]]) -> None:
    """On the port that PORT names, else BENTOML_PORT, as the image's entry point has it."""
    with service(200) as port:
        assert check(PORT=port, BENTOML_PORT=1) == (0, "")
        assert check(BENTOML_PORT=port) == (0, "")


def test_a_service_that_is_not_ready_is_not_healthy(check: Callable[..., tuple[int, str]]) -> None:
    """Its answer is told."""
    with service(503) as port:
        assert check(PORT=port) == (1, "/readyz answers 503\n")


def test_nobody_is_not_healthy(check: Callable[..., tuple[int, str]]) -> None:
    """The port is told."""
    port = free_port()
    code, said = check(PORT=port)
    assert code == 1
    assert said.startswith(f"no answer on port {port}: ")
