"""Pages of other origins."""

import asyncio

import httpx
from starlette.responses import PlainTextResponse

from svgai.api.cross_origin import CrossOrigin

ALLOWED = "https://app.example.com"


def _ask(method: str, origin: str, *origins: str, **headers: str) -> httpx.Response:
    app = CrossOrigin(PlainTextResponse("answer", 401), origins or (ALLOWED,), ("X-SVGAI-SSIM",))

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
    asked = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "x-api-key"}
    good, bad = _ask("OPTIONS", ALLOWED, **asked), _ask("OPTIONS", "https://evil.example", **asked)
    assert (good.status_code, good.headers["Access-Control-Allow-Headers"]) == (200, "x-api-key")
    assert good.headers["X-Request-ID"]
    assert good.headers["X-Content-Type-Options"] == bad.headers["X-Content-Type-Options"] == "nosniff"
    assert (bad.status_code, bad.json()["error"]["code"]) == (400, "invalid_request")
    assert bad.json()["error"]["request_id"] == bad.headers["X-Request-ID"]
    assert "Access-Control-Allow-Origin" not in bad.headers
