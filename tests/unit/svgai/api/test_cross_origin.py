"""Pages of other origins."""

import asyncio
import logging
from typing import cast

import httpx
import pytest
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp

from svgai.api.cross_origin import CrossOrigin
from svgai.api.gateway import App, Gateway, GatewayPolicy

ALLOWED = "https://app.example.com"


POLICY = GatewayPolicy(
    routes=frozenset({"/"}),
    api_keys=("key",),
    api_keys_file=None,
    max_body_bytes=1_000,
    max_concurrency=1,
    request_timeout_s=5,
)
PREFLIGHT = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "x-api-key"}


def _ask(method: str, origin: str, *origins: str, **headers: str) -> httpx.Response:
    gateway = Gateway(cast("App", PlainTextResponse("answer")), POLICY)
    app = CrossOrigin(cast("ASGIApp", gateway), origins or (ALLOWED,), ("X-SVGAI-SSIM",))

    async def send() -> httpx.Response:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://service") as client:
            return await client.request(method, "/", headers={"Origin": origin, **headers})

    return asyncio.run(send())


def test_an_allowed_origin_reads_refusals() -> None:
    """The header is on an answer of any status, and says which headers may be read."""
    answer = _ask("POST", ALLOWED)
    assert (answer.status_code, answer.headers["Access-Control-Allow-Origin"]) == (401, ALLOWED)
    assert answer.headers["Access-Control-Expose-Headers"] == "X-SVGAI-SSIM"
    assert "Access-Control-Allow-Origin" not in _ask("POST", "https://evil.example").headers
    assert _ask("POST", "https://any.example", "*").headers["Access-Control-Allow-Origin"] == "*"


def test_a_preflight_is_answered_before_anything_else() -> None:
    """With the headers that were asked for; one of another origin is refused in our shape."""
    good, bad = _ask("OPTIONS", ALLOWED, **PREFLIGHT), _ask("OPTIONS", "https://evil.example", **PREFLIGHT)
    assert (good.status_code, good.headers["Access-Control-Allow-Headers"]) == (200, "x-api-key")
    assert good.headers["X-Request-ID"]
    assert good.headers["X-Content-Type-Options"] == bad.headers["X-Content-Type-Options"] == "nosniff"
    assert (bad.status_code, bad.json()["error"]["code"]) == (400, "invalid_request")
    assert bad.json()["error"]["request_id"] == bad.headers["X-Request-ID"]
    assert "Access-Control-Allow-Origin" not in bad.headers


@pytest.mark.parametrize("origin, status", [(ALLOWED, 200), ("https://evil.example", 400)])
def test_a_preflight_has_its_line_in_the_log(origin: str, status: int, caplog: pytest.LogCaptureFixture) -> None:
    """One, as other requests have, with its id."""
    with caplog.at_level(logging.INFO, "svgai.request"):
        answer = _ask("OPTIONS", origin, **PREFLIGHT)
    (line,) = (record.__dict__ for record in caplog.records if record.name == "svgai.request")
    assert (line["method"], line["path"], line["status"]) == ("OPTIONS", "/", status)
    assert line["request_id"] == answer.headers["X-Request-ID"]
