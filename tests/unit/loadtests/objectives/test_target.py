"""Whether a service would answer, before any load is sent."""

import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from loadtests.objectives.target import base_url, require_service
from svgai.errors import SvgAiError


class Service(BaseHTTPRequestHandler):
    """Ready or not, and with the key "right"."""

    ready = True

    def do_GET(self) -> None:
        allowed = self.path == "/readyz" or self.headers.get("X-API-Key") == "right"
        self.send_response((200 if self.ready else 503) if allowed else 401)
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        """Silence."""


@pytest.fixture
def service(request: pytest.FixtureRequest) -> Iterator[str]:
    """A server on loopback; its parameter says whether it is ready."""
    handler = type("Handler", (Service,), {"ready": getattr(request, "param", True)})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.mark.parametrize("url", ["http://a:3000", "https://logos.example/svg"])
def test_a_url_may_end_in_a_slash(url: str) -> None:
    """It is taken off."""
    assert base_url(f"{url}/") == base_url(url) == url


@pytest.mark.parametrize("url", ["", "127.0.0.1:3000", "ftp://a", "http://", "http://a b", "http://a/?b"])
def test_other_texts_are_no_urls(url: str) -> None:
    """One without a scheme neither."""
    with pytest.raises(ValueError, match="is not a URL"):
        base_url(url)


def test_a_ready_service_with_the_right_key_is_good(service: str) -> None:
    """Nothing is said."""
    require_service(service, "right")


@pytest.mark.parametrize("key,told", [(None, "requires one"), ("wrong", "not a key of the service")])
def test_a_missing_or_wrong_key_is_told(service: str, key: str | None, told: str) -> None:
    """With what to set; the key itself is not shown."""
    with pytest.raises(SvgAiError, match=told) as fault:
        require_service(service, key)
    assert "CLIENT_API_KEY" in str(fault.value)
    assert "wrong" not in str(fault.value)


@pytest.mark.parametrize("service", [False], indirect=True)
def test_a_service_that_is_not_ready_is_told(service: str) -> None:
    """With where to look."""
    with pytest.raises(SvgAiError, match=r"answers 503.*/api/ai-status"):
        require_service(service, "right")


def test_no_service_is_told() -> None:
    """With how to start one."""
    with pytest.raises(SvgAiError, match=r"nothing answers at http://127.0.0.1:9.*svgai serve.*--url"):
        require_service("http://127.0.0.1:9", None)


def test_an_address_that_is_none_is_told() -> None:
    """As one that does not answer."""
    with pytest.raises(SvgAiError, match="nothing answers at http://localhost:logos"):
        require_service("http://localhost:logos", None)


def test_what_is_no_http_server_is_told() -> None:
    """As one that does not answer."""
    with socket.create_server(("127.0.0.1", 0)) as other:

        def greet() -> None:
            connection, _ = other.accept()
            with connection:
                connection.recv(1000)
                connection.sendall(b"220 mail.example ESMTP\r\n")

        thread = threading.Thread(target=greet)
        thread.start()
        with pytest.raises(SvgAiError, match="nothing answers at"):
            require_service(f"http://127.0.0.1:{other.getsockname()[1]}", None)
        thread.join()
