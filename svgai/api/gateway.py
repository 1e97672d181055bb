"""
The gateway of the HTTP service, an ASGI middleware around BentoML's application.

It gives every request an id and one log line, checks the API key, receives the body, limits the time and the number of
concurrent requests, and converts every error, including the framework's, to the one error format. It knows nothing
about images.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterator, MutableMapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response

from svgai.api.error_responses import error_response, fault_of_exception, fault_of_status
from svgai.api.keys.key_limits import KeyLimits
from svgai.api.keys.key_ring import KeyRing
from svgai.api.log_lines import log_request
from svgai.api.requests.request_body import RequestBodies
from svgai.api.requests.request_record import RequestRecord, answer_of, begin_record, refusal_of
from svgai.api.security_headers import add_security_headers
from svgai.errors import ConversionTimeout, Overloaded, SvgAiError, Unauthorized

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[MutableMapping[str, Any], Receive, Send], Awaitable[None]]

HEALTH_ROUTES = frozenset({"/livez", "/readyz", "/healthz"})
UNKNOWN_PATH = "unknown"

logger = logging.getLogger("svgai.errors")


@dataclass(frozen=True)
class GatewayPolicy:
    """
    What the gateway accepts.

    Attributes:
        routes: The paths that exist.
        api_keys: Without these and `api_keys_file` no key is required.
        request_timeout_s: Seconds from the end of a request's body to its answer.
        key_rate: API requests a second that one key may send; 0: any number.
        key_concurrency: API requests that one key may have in progress; 0: any number.
        open_routes: Those that need no key.
    """

    routes: frozenset[str]
    api_keys: tuple[str, ...]
    max_body_bytes: int
    max_concurrency: int
    request_timeout_s: float
    api_keys_file: Path | None = None
    key_rate: float = 0.0
    key_concurrency: int = 0
    open_routes: frozenset[str] = HEALTH_ROUTES


class Gateway:
    """ASGI middleware that applies a GatewayPolicy."""

    def __init__(self, app: App, policy: GatewayPolicy) -> None:
        self.app = app
        self.policy = policy
        self._keys = KeyRing(policy.api_keys, policy.api_keys_file)
        self._key_limits = KeyLimits(policy.key_rate, policy.key_concurrency)
        self._bodies = RequestBodies(policy.max_body_bytes)
        self._in_flight = 0

    async def __call__(self, scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        path = scope["path"] if scope["path"] in self.policy.routes else UNKNOWN_PATH
        record = begin_record(scope, headers.get("x-request-id"), path)
        answer = _Answer(scope, receive, send, record)
        answer.ends_connection = _has_body(headers)
        try:
            self._require_sound(scope)
            if (ready := answer_of(scope)) is not None:
                await ready(scope, receive, answer.send)
                return
            record.key = self._authorize(scope, headers)
            self._bodies.refuse_declared(headers)
            if scope["method"] == "POST" and path.startswith("/api/"):
                body = await self._bodies.read(receive, headers, record)
                self._require_sound(scope)
                answer.ends_connection = False
                receive = _received(body, receive)
            # Only now: a slow sender must not take a place from requests that are complete.
            with self._admission(path, record.key):
                async with asyncio.timeout(self.policy.request_timeout_s):
                    await self.app(scope, receive, answer.send)
        except TimeoutError:
            await answer.fail(ConversionTimeout(f"no answer within {self.policy.request_timeout_s:g} s"))
        except Exception as exception:  # noqa: BLE001 - an exception that escaped would leave the client waiting
            await answer.fail(fault_of_exception(exception, record))
        finally:
            log_request(record)

    @staticmethod
    def _require_sound(scope: MutableMapping[str, Any]) -> None:
        """The fault that the connection found in a request: in its head, or in the framing of its body."""
        if fault := refusal_of(scope):
            raise fault

    def _authorize(self, scope: MutableMapping[str, Any], headers: Headers) -> str | None:
        """The name of the request's key; None where none is required."""
        if not self._keys.asks or scope["path"] in self.policy.open_routes or scope["method"] == "OPTIONS":
            return None
        scheme, _, bearer = headers.get("authorization", "").partition(" ")
        given = headers.get("x-api-key") or (bearer if scheme.lower() == "bearer" else "")
        name = self._keys.name_of(given.encode("latin-1").strip())
        if name is None:
            raise Unauthorized("a valid API key is needed, as Authorization: Bearer or X-API-Key")
        return name

    @contextmanager
    def _admission(self, path: str, key: str | None) -> Iterator[None]:
        if not path.startswith("/api/"):
            yield
            return
        with self._key_limits.place(key), self._place():
            yield

    @contextmanager
    def _place(self) -> Iterator[None]:
        if self._in_flight >= self.policy.max_concurrency:
            raise Overloaded(f"{self._in_flight} requests are in progress already; try again shortly")
        self._in_flight += 1
        try:
            yield
        finally:
            self._in_flight -= 1


def _has_body(headers: Headers) -> bool:
    return headers.get("content-length", "0") != "0" or "transfer-encoding" in headers


def _received(body: bytes, receive: Receive) -> Receive:
    """A body that is there as an application receives it; then whatever comes after it."""
    given = False

    async def again() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return again


class _Answer:
    """
    Sends the answer: adds the request id, counts it, and replaces it where the framework made an error.

    Attributes:
        ends_connection: Whether the rest of the request would be parsed as the next one.
    """

    def __init__(self, scope: MutableMapping[str, Any], receive: Receive, send: Send, record: RequestRecord) -> None:
        self._scope, self._receive, self._send = scope, receive, send
        self._record = record
        self._replaced: Message | None = None
        self.started = False
        self.ends_connection = False

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            if message["status"] >= 400 and self._record.error_code is None:
                self._replaced = message
                return
            self.started = True
            self._record.status = message["status"]
            headers = MutableHeaders(scope=message)
            headers["X-Request-ID"] = self._record.request_id
            add_security_headers(headers, self._record.method)
            if self.ends_connection:
                headers["Connection"] = "close"
        elif message["type"] == "http.response.body":
            if self._replaced is not None:
                if not message.get("more_body", False):
                    await self._replace(self._replaced)
                return
            self._record.bytes_out += len(message.get("body", b""))
        await self._send(message)

    async def fail(self, fault: SvgAiError) -> None:
        """Answer with a fault, unless the answer has started: then the connection is closed."""
        if self.started:
            logger.warning("an answer was cut off", extra={"request_id": self._record.request_id, "fault": str(fault)})
            return
        self._replaced = None
        await error_response(fault, self._record)(self._scope, self._receive, self.send)

    async def _replace(self, start: Message) -> None:
        self._replaced = None
        allowed = Headers(raw=start["headers"]).get("allow")
        if allowed and self._scope["method"] == "OPTIONS":
            response = Response(status_code=204, headers={"Allow": f"{allowed}, OPTIONS"})
        else:
            response = error_response(fault_of_status(start["status"]), self._record)
            if allowed:
                response.headers["Allow"] = allowed
        await response(self._scope, self._receive, self.send)
