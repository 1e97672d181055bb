"""What nginx refuses by itself, with a real nginx and nothing behind it."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from rollout.nginx.proxy_configuration import GENERATION_PATH, ProxyConfiguration
from rollout.ports import free_port
from rollout.readiness import wait_until_ready
from tests.integration.servers.raw_http import wire
from tests.integration.servers.viewers import program

pytestmark = pytest.mark.integration

HELD_BACK = b"POST /api/classify HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\n"
"""Whose body never comes: it is in progress until nginx gives it up."""


@pytest.fixture
def client(tmp_path: Path) -> Iterator[httpx.Client]:
    """Of an nginx that lets one address have two requests in progress."""
    (tmp_path / "temp").mkdir()
    port, errors = free_port(), tmp_path / "error.log"
    configuration = ProxyConfiguration(
        folder=tmp_path,
        temp=tmp_path / "temp",
        errors=str(errors),
        listen=f"127.0.0.1:{port}",
        live=[f"127.0.0.1:{free_port()}"],
        version=(),
        max_body_bytes=1000,
        requests_at_once=2,
        generation="the first",
    )
    file = tmp_path / "nginx.conf"
    file.write_text(configuration.render())
    command = [program("nginx"), "-p", str(tmp_path), "-e", str(errors), "-c", str(file), "-g", "daemon off;"]
    process = subprocess.Popen(command)
    try:
        url = f"http://127.0.0.1:{port}"
        wait_until_ready(
            f"{url}/.proxy{GENERATION_PATH}", lambda: None if process.poll() is None else errors.read_text()
        )
        with httpx.Client(base_url=url, timeout=60, headers={"X-Request-ID": "mine"}) as made:
            yield made
    finally:
        process.terminate()
        process.wait(60)


def test_too_many_requests_at_once_are_answered_as_the_service_answers(client: httpx.Client) -> None:
    """429 with the service's error, the client's id and when to come again; other addresses of the API go on."""
    with wire(client.base_url) as one, wire(client.base_url) as other:
        for held in (one, other):
            held.send(HELD_BACK)
        answer = client.post("/api/classify", json={})
        assert (answer.status_code, answer.headers["Retry-After"]) == (429, "1")
        assert answer.headers["Content-Type"] == "application/json"
        assert answer.json() == {
            "error": {
                "code": "overloaded",
                "message": "too many requests at once from this address",
                "request_id": "mine",
            }
        }
        assert client.get("/livez").status_code == 503
    assert client.post("/api/classify", json={}).status_code == 503


def test_other_refusals_name_no_time(client: httpx.Client) -> None:
    """A body that is too large is so whenever it comes."""
    answer = client.post("/api/classify", content=b"x" * 100_000)
    assert (answer.status_code, answer.json()["error"]["code"]) == (413, "too_large")
    assert "Retry-After" not in answer.headers
