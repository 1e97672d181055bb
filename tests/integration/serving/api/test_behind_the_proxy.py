"""What clients read through our nginx where the service, or nginx itself, refuses them."""

import json
import threading
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from rollout.nginx.proxy import Proxy, Routes
from rollout.ports import free_port
from rollout.state import Service
from rollout.traffic import Answers, logged_answers
from tests.integration.servers.raw_http import fault, request, wire
from tests.integration.servers.served import Served, error_code, serving
from tests.integration.servers.slow_conversions import slow_request, wait_until_in_hand
from tests.integration.servers.viewers import program

pytestmark = pytest.mark.integration

LIMIT = 300_000
KEY = {"X-API-Key": "secret"}


@pytest.fixture(scope="module")
def behind(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Served, httpx.Client, Path]]:
    """A service, a client of nginx in front of it, and nginx's log of answers."""
    program("nginx")
    folder = tmp_path_factory.mktemp("behind")
    with serving(
        folder / "service", AI_ENHANCED="false", API_KEYS="secret", MAX_BODY_BYTES=str(LIMIT), MAX_CONCURRENCY="1"
    ) as served:
        proxy, port = Proxy(folder / "proxy", LIMIT), free_port()
        service = Service(bento="svgai:here", port=served.client.base_url.port or 0)
        proxy.route(Routes(service, logged=True), "127.0.0.1", port)
        served.client.headers.update(KEY)
        try:
            with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=60, headers=KEY) as client:
                yield served, client, proxy.log
        finally:
            proxy.stop()


def test_refusals_of_the_service_reach_clients(behind: tuple[Served, httpx.Client, Path]) -> None:
    """401, 413, 415 and 429 of requests with bodies are what clients read; none counts as a failure of the Bento."""
    served, client, log = behind
    body = b"x" * (LIMIT - 1)
    for _ in range(5):
        assert error_code(client.post("/api/convert", content=body, headers={"X-API-Key": "no"})) == (
            401,
            "unauthorized",
        )
        too_large = client.post("/api/convert", content=b"x" * (LIMIT + 1000))
        assert error_code(too_large) == (413, "too_large")
        assert f"{LIMIT:,}" in too_large.json()["error"]["message"]
        other = client.post("/api/convert", content=body, headers={"Content-Encoding": "br"})
        assert error_code(other) == (415, "unsupported_media_type")
    slow = threading.Thread(target=lambda: client.post("/api/convert", json=slow_request(160)))
    slow.start()
    wait_until_in_hand(served.client, 1)
    assert error_code(client.post("/api/convert", content=body)) == (429, "overloaded")
    slow.join()
    statuses = [json.loads(line)["status"] for line in log.read_text().splitlines()]
    assert statuses
    assert max(statuses) < 500


@pytest.mark.parametrize(
    "sent,expected",
    [
        (request("POST", "/api/convert", b"x" * 3_000_000), (413, "too_large")),
        (request("GET", "/livez?" + "a" * 9_000), (414, "uri_too_long")),
        (request("GET", "/livez", X_Long="a" * 40_000), (431, "headers_too_large")),
        (b"\x16\x03\x01\x02\x00\x01\r\n\r\n", (400, "invalid_request")),
        (request("GET", "/livez", Transfer_Encoding="other"), (400, "invalid_request")),
        (request("TRACE", "/livez"), (405, "method_not_allowed")),
        (request("GET", "/.proxy/too_large"), (404, "not_found")),
    ],
    ids=["body", "address", "header", "no http", "encoding", "method", "page"],
)
def test_what_nginx_refuses_has_our_shape(
    behind: tuple[Served, httpx.Client, Path], sent: bytes, expected: tuple[int, str]
) -> None:
    """What the service never sees is answered in its form, with an id."""
    with wire(behind[1].base_url) as one:
        one.send(sent)
        assert fault(one.reply()) == expected


def test_what_nginx_answers_for_a_service_is_logged(tmp_path: Path) -> None:
    """A call that a Bento does not answer counts as its failure, though nginx writes the answer; a page does not."""
    program("nginx")
    away = Service(bento="svgai:away", port=free_port())
    proxy, port = Proxy(tmp_path / "proxy", LIMIT), free_port()
    proxy.route(Routes(away, logged=True), "127.0.0.1", port)
    try:
        for path in ("/api/convert?target=0.9", "/livez"):
            answer = httpx.get(f"http://127.0.0.1:{port}{path}", trust_env=False)
            assert error_code(answer) == (503, "not_ready")
    finally:
        text = proxy.log.read_text()
        proxy.stop()
    assert len(text.splitlines()) == 1
    (tmp_path / "answers.log").write_text(text)
    assert logged_answers(tmp_path / "answers.log", (away.upstream,)) == Answers(1, 1)
