"""The gateway around a small application: ids, keys, limits, errors and log lines."""

import asyncio
import logging
from typing import Any

import httpx
import pytest
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route, Router

from svgai.api.gateway import Gateway, GatewayPolicy
from svgai.api.requests.request_record import refuse
from svgai.api_keys import hashed_entry
from svgai.errors import HeadersTooLarge
from svgai.serve.logs.log_setup import formatter
from tests.fakes import virtual_time


async def _echo(request: Request) -> Response:
    return PlainTextResponse(str(len(await request.body())))


async def _slow(_: Request) -> Response:
    await asyncio.sleep(5)
    return PlainTextResponse("late")


async def _broken(_: Request) -> Response:
    raise LookupError("a secret detail")


async def _framework_error(_: Request) -> Response:
    return JSONResponse({"error": "some inner text"}, status_code=503)


async def _svg(_: Request) -> Response:
    return Response("<svg/>", media_type="image/svg+xml")


def _gateway(**changes: Any) -> Gateway:
    app = Router(
        routes=[
            Route("/api/echo", _echo, methods=["POST"]),
            Route("/api/slow", _slow, methods=["POST"]),
            Route("/api/broken", _broken, methods=["POST"]),
            Route("/api/inner", _framework_error, methods=["POST"]),
            Route("/api/svg", _svg, methods=["POST"]),
            Route("/livez", _echo, methods=["GET"]),
            Route("/metrics", _echo, methods=["GET"]),
        ]
    )
    settings: dict[str, Any] = {
        "routes": frozenset({"/api/echo", "/api/slow", "/api/broken", "/api/inner", "/api/svg", "/livez", "/metrics"}),
        "api_keys": (),
        "max_body_bytes": 1000,
        "max_concurrency": 2,
        "request_timeout_s": 2.0,
    }
    return Gateway(app, GatewayPolicy(**settings | changes))


async def _send(gateway: Gateway, method: str, path: str, **options: Any) -> httpx.Response:
    transport = httpx.ASGITransport(app=gateway)
    async with httpx.AsyncClient(transport=transport, base_url="http://service") as client:
        return await client.request(method, path, **options)


def _ask(gateway: Gateway, method: str, path: str, **options: Any) -> httpx.Response:
    return virtual_time.run(_send(gateway, method, path, **options))


def _code(response: httpx.Response) -> str:
    return str(response.json()["error"]["code"])


def test_a_request_gets_an_id() -> None:
    """A request without an id is answered with one."""
    assert len(_ask(_gateway(), "POST", "/api/echo").headers["X-Request-ID"]) == 32


def test_a_well_formed_id_is_kept() -> None:
    """A client's request id comes back in the header and in errors."""
    response = _ask(_gateway(), "POST", "/api/broken", headers={"X-Request-ID": "abc-1.2"})
    assert response.headers["X-Request-ID"] == "abc-1.2"
    assert response.json()["error"]["request_id"] == "abc-1.2"


@pytest.mark.parametrize("request_id", ["", "a b", "x" * 129, "<script>"])
def test_an_odd_id_is_replaced(request_id: str) -> None:
    """A request id that could upset a log or a page is not taken over."""
    assert (
        _ask(_gateway(), "POST", "/api/echo", headers={"X-Request-ID": request_id}).headers["X-Request-ID"]
        != request_id
    )


def test_an_unexpected_error_keeps_its_details() -> None:
    """An exception nobody foresaw answers 500 in the one shape, without its text."""
    response = _ask(_gateway(), "POST", "/api/broken")
    assert (response.status_code, _code(response)) == (500, "internal_error")
    assert "secret" not in response.text


def test_errors_of_the_framework_take_our_shape() -> None:
    """A framework's error answer is replaced, its status kept."""
    response = _ask(_gateway(), "POST", "/api/inner")
    assert (response.status_code, _code(response)) == (503, "not_ready")
    assert "inner text" not in response.text


def test_unknown_paths_and_methods() -> None:
    """404 and 405 have codes, and 405 names the methods that work."""
    gateway = _gateway()
    missing, wrong = _ask(gateway, "GET", "/nothing"), _ask(gateway, "GET", "/api/echo")
    assert (missing.status_code, _code(missing)) == (404, "not_found")
    assert (wrong.status_code, _code(wrong), wrong.headers["Allow"]) == (405, "method_not_allowed", "POST")


def test_a_key_is_asked_for() -> None:
    """With API_KEYS every route but health wants one of the keys."""
    gateway = _gateway(api_keys=("first", "second"))
    refused = _ask(gateway, "POST", "/api/echo")
    assert (refused.status_code, _code(refused)) == (401, "unauthorized")
    assert _ask(gateway, "GET", "/metrics").status_code == 401
    assert _ask(gateway, "POST", "/api/echo", headers={"X-API-Key": "wrong"}).status_code == 401
    assert _ask(gateway, "POST", "/api/echo", headers={"Authorization": "Basic second"}).status_code == 401
    assert _ask(gateway, "POST", "/api/echo", headers={"X-API-Key": "first"}).status_code == 200
    assert _ask(gateway, "POST", "/api/echo", headers={"Authorization": "Bearer second"}).status_code == 200
    assert _ask(gateway, "GET", "/livez").status_code == 200


def test_open_routes_ask_for_no_key() -> None:
    """What a browser must show before anybody can give a key is open; everything else is not."""
    gateway = _gateway(api_keys=("first",), open_routes=frozenset({"/livez", "/metrics"}))
    assert _ask(gateway, "GET", "/metrics").status_code == 200
    assert _ask(gateway, "POST", "/api/echo").status_code == 401


def test_a_key_may_hold_any_letter() -> None:
    """A key beyond ASCII is compared as the UTF-8 bytes that clients send."""
    gateway = _gateway(api_keys=("clé à",))
    assert _ask(gateway, "POST", "/api/echo", headers={"X-API-Key": "clé à".encode()}).status_code == 200
    assert _ask(gateway, "POST", "/api/echo", headers={"X-API-Key": "clé".encode()}).status_code == 401


def test_an_answer_that_breaks_off_before_its_body_is_one_error() -> None:
    """An error of the framework that never gets its body is answered once, with what broke it."""

    async def breaks_off(scope: Any, receive: Any, send: Any) -> None:
        del scope, receive
        await send({"type": "http.response.start", "status": 404, "headers": []})
        raise LookupError("no body")

    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    async def receive() -> Any:
        return {"type": "http.request", "body": b"", "more_body": False}

    scope = {"type": "http", "method": "GET", "path": "/livez", "headers": []}
    asyncio.run(Gateway(breaks_off, _gateway().policy)(scope, receive, send))
    assert [message.get("status") for message in sent] == [500, None]


def test_a_declared_body_too_large_is_refused() -> None:
    """A Content-Length above the limit is refused before the body is read."""
    response = _ask(_gateway(), "POST", "/api/echo", content=b"x" * 1001)
    assert (response.status_code, _code(response)) == (413, "too_large")
    assert _ask(_gateway(), "POST", "/api/echo", content=b"x" * 1000).text == "1000"


def test_a_streamed_body_too_large_is_refused() -> None:
    """A body without a length is counted as it comes."""

    async def chunks() -> Any:
        for _ in range(11):
            yield b"x" * 100

    response = _ask(_gateway(), "POST", "/api/echo", content=chunks())
    assert (response.status_code, _code(response)) == (413, "too_large")


def test_a_slow_request_times_out() -> None:
    """A request past its time answers 504."""
    response = _ask(_gateway(request_timeout_s=0.05), "POST", "/api/slow")
    assert (response.status_code, _code(response)) == (504, "timeout")


def test_too_many_requests_at_once() -> None:
    """Requests above the limit answer 429 with Retry-After; health still answers; places are freed."""
    gateway = _gateway(max_concurrency=2, request_timeout_s=0.3)

    async def burst() -> tuple[list[int], httpx.Response, httpx.Response]:
        waiting = [asyncio.create_task(_send(gateway, "POST", "/api/slow")) for _ in range(2)]
        await asyncio.sleep(0.1)
        refused, health = await _send(gateway, "POST", "/api/echo"), await _send(gateway, "GET", "/livez")
        return [(await task).status_code for task in waiting], refused, health

    statuses, refused, health = virtual_time.run(burst())
    assert (refused.status_code, _code(refused), refused.headers["Retry-After"]) == (429, "overloaded", "1")
    assert health.status_code == 200
    assert statuses == [504, 504]
    assert _ask(gateway, "POST", "/api/echo").status_code == 200


def _exchange(gateway: Gateway, received: list[dict[str, Any]], **scope: Any) -> list[Any]:
    """What a gateway sends to a client of which it receives these messages, one by one."""
    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    async def receive() -> Any:
        return received.pop(0) if received else await asyncio.sleep(60)

    asyncio.run(gateway({"type": "http", "method": "POST", "path": "/api/echo", "headers": []} | scope, receive, send))
    return sent


def test_a_body_on_its_way_takes_no_place() -> None:
    """While as many bodies are on their way as there are places another request is answered."""
    gateway = _gateway(max_concurrency=1)

    async def both() -> int:
        never = asyncio.Event()

        async def slow_body() -> Any:
            yield b"x"
            await never.wait()

        waiting = asyncio.create_task(_send(gateway, "POST", "/api/echo", content=slow_body()))
        await asyncio.sleep(0.05)
        answer = await _send(gateway, "POST", "/api/echo")
        waiting.cancel()
        return answer.status_code

    assert virtual_time.run(both()) == 200


def test_a_client_that_leaves_mid_upload_is_one_499(caplog: pytest.LogCaptureFixture) -> None:
    """It is logged with its status, and as no fault of the service."""
    received: list[dict[str, Any]] = [
        {"type": "http.request", "body": b"x", "more_body": True},
        {"type": "http.disconnect"},
    ]
    with caplog.at_level(logging.INFO):
        sent = _exchange(_gateway(), received)
    assert sent[0]["status"] == 499
    assert [vars(record).get("status") for record in caplog.records if record.levelno >= logging.INFO] == [499]


def test_a_fault_of_the_connection_is_answered_first() -> None:
    """What the connection found wrong is said before a key is asked for, and before the body is read."""
    scope: dict[str, Any] = {}
    refuse(scope, HeadersTooLarge("much"))
    sent = _exchange(_gateway(api_keys=("key",)), [], **scope)
    assert sent[0]["status"] == 431


def test_an_unread_body_ends_its_connection() -> None:
    """An answer before the body says that the connection ends; one after it does not."""
    body: list[dict[str, Any]] = [{"type": "http.request", "body": b"x", "more_body": False}]
    headers = [(b"content-length", b"1")]
    early = _exchange(_gateway(api_keys=("key",)), [], headers=headers)
    late = _exchange(_gateway(), body, headers=headers)
    assert (b"connection", b"close") in early[0]["headers"]
    assert (b"connection", b"close") not in late[0]["headers"]


def test_options_says_what_a_path_answers() -> None:
    """OPTIONS is answered with the methods, and without a key."""
    response = _ask(_gateway(api_keys=("key",)), "OPTIONS", "/api/echo")
    assert (response.status_code, response.headers["Allow"], response.content) == (204, "POST, OPTIONS", b"")


def test_every_request_is_one_log_line(caplog: pytest.LogCaptureFixture) -> None:
    """The line has the id, the route (never a made-up path), the status, the time and the sizes."""
    with caplog.at_level(logging.INFO, logger="svgai.request"):
        _ask(_gateway(), "POST", "/api/echo", content=b"four")
        _ask(_gateway(), "GET", "/nothing/at/all")
    good, bad = (vars(record) for record in caplog.records if record.name == "svgai.request")
    assert (good["path"], good["status"], good["bytes_in"], good["bytes_out"]) == ("/api/echo", 200, 4, 1)
    assert good["ms"] > 0
    assert (bad["path"], bad["status"], bad["error_code"]) == ("unknown", 404, "not_found")


def test_the_log_and_nothing_else_has_the_name_of_a_key(caplog: pytest.LogCaptureFixture) -> None:
    """A hashed key is let in; its name is in the request's line, the key and a wrong one are nowhere."""
    gateway = _gateway(api_keys=(hashed_entry("shop", "hidden"),))
    with caplog.at_level(logging.DEBUG):
        good = _ask(gateway, "POST", "/api/echo", headers={"X-API-Key": "hidden"})
        bad = _ask(gateway, "POST", "/api/echo", headers={"Authorization": "Bearer guessed"})
    lines = [vars(record) for record in caplog.records if record.name == "svgai.request"]
    assert [(line["status"], line.get("key")) for line in lines] == [(200, "shop"), (401, None)]
    told = str(lines) + str(good.headers) + str(bad.headers) + bad.text
    assert "hidden" not in told
    assert "guessed" not in told


def test_a_key_has_a_rate_of_its_own() -> None:
    """Above it: 429 with Retry-After, for this key alone, and for the API alone."""
    gateway = _gateway(api_keys=("one", "two"), key_rate=0.01)
    answers = [_ask(gateway, "POST", "/api/echo", headers={"X-API-Key": "one"}) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 429]
    assert (_code(answers[1]), answers[1].headers["Retry-After"]) == ("overloaded", "100")
    assert _ask(gateway, "POST", "/api/echo", headers={"X-API-Key": "two"}).status_code == 200
    assert {_ask(gateway, "GET", "/metrics", headers={"X-API-Key": "one"}).status_code for _ in range(3)} == {200}


def test_a_key_has_places_of_its_own() -> None:
    """One key's slow requests leave places for another's."""
    gateway = _gateway(api_keys=("one", "two"), key_concurrency=1, request_timeout_s=0.3)

    async def burst() -> list[int]:
        slow = asyncio.create_task(_send(gateway, "POST", "/api/slow", headers={"X-API-Key": "one"}))
        await asyncio.sleep(0.1)
        others = [await _send(gateway, "POST", "/api/echo", headers={"X-API-Key": key}) for key in ("one", "two")]
        return [(await slow).status_code, *(other.status_code for other in others)]

    assert virtual_time.run(burst()) == [504, 429, 200]


@pytest.mark.parametrize(
    "headers",
    [
        {"X-Request-ID": b'a"\n{"level": "CRITICAL", "message": "forged"}'},
        {"X-Request-ID": b"A" * 10_000},
        {"X-API-Key": b"\xff\x00\n forged", "User-Agent": b"forged\r\n"},
        {"Authorization": b"Bearer forged", "Content-Type": b"forged/\n", "X-Forwarded-For": b"forged"},
    ],
)
def test_headers_of_clients_leave_nothing_in_the_log(
    headers: dict[str, bytes], caplog: pytest.LogCaptureFixture
) -> None:
    """Whatever bytes a server hands on: the line is one line, short, and has none of them."""
    scope = {
        "type": "http",
        "method": "FORGED\n",
        "path": "/api/echo\nforged",
        "headers": [(name.lower().encode(), value) for name, value in headers.items()],
        "query_string": b"forged=1",
    }

    async def receive() -> Any:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(_: Any) -> None:
        pass

    with caplog.at_level(logging.DEBUG):
        asyncio.run(_gateway(api_keys=("key",))(scope, receive, send))
    (record,) = (record for record in caplog.records if record.name == "svgai.request")
    for log_format in ("json", "text"):
        line = formatter(log_format).format(record)
        assert "forged" not in line.lower()
        assert "\n" not in line
        assert len(line) < 500


def test_no_answer_is_guessed_at_or_kept() -> None:
    """Browsers take types at their word, and answers to POST are stored nowhere, errors included."""
    good, bad, seen = (
        _ask(_gateway(), method, path)
        for method, path in (("POST", "/api/echo"), ("POST", "/api/broken"), ("GET", "/livez"))
    )
    assert {answer.headers["X-Content-Type-Options"] for answer in (good, bad, seen)} == {"nosniff"}
    assert (good.headers["Cache-Control"], bad.headers["Cache-Control"]) == ("no-store", "no-store")
    assert "Cache-Control" not in seen.headers


def test_an_svg_that_is_opened_by_itself_runs_nothing() -> None:
    """Its policy lets in nothing but its own styles; other answers need none."""
    svg = _ask(_gateway(), "POST", "/api/svg")
    assert svg.headers["Content-Security-Policy"] == "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    assert "Content-Security-Policy" not in _ask(_gateway(), "POST", "/api/echo").headers
