"""A span around each API request: it continues the trace of `traceparent`, and `traceresponse` names it."""

import asyncio
from collections.abc import Callable, MutableMapping
from contextlib import AbstractContextManager
from typing import Any

from opentelemetry.trace import Span, Status, StatusCode, format_span_id, format_trace_id
from starlette.datastructures import Headers, MutableHeaders

from svgai.api.gateway import App, Message, Receive, Send
from svgai.api.requests.request_record import known_method, note_trace

_TRACED = "/api/"


class RequestSpans:
    """
    ASGI middleware, inside of the one that checks paths.

    Args:
        open_span: opens the span of a request with these headers, by name.
        close: called when the service stops; it may block.
    """

    def __init__(
        self,
        app: App,
        *,
        open_span: Callable[[Headers, str], AbstractContextManager[Span]],
        close: Callable[[], None],
    ) -> None:
        self._app = app
        self._open_span = open_span
        self._close = close

    async def __call__(self, scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            try:
                await self._app(scope, receive, send)
            finally:
                await asyncio.to_thread(self._close)
        elif scope["type"] == "http" and scope["path"].startswith(_TRACED):
            with self._open_span(Headers(scope=scope), f"{known_method(scope)} {scope['path']}") as span:
                await self._traced(scope, receive, send, span)
        else:
            await self._app(scope, receive, send)

    async def _traced(self, scope: MutableMapping[str, Any], receive: Receive, send: Send, span: Span) -> None:
        context = span.get_span_context()
        trace_id = format_trace_id(context.trace_id)
        told = f"00-{trace_id}-{format_span_id(context.span_id)}-{context.trace_flags:02x}"
        note_trace(scope, trace_id)
        span.set_attributes({"http.request.method": known_method(scope), "http.route": scope["path"]})

        async def answer(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message)["traceresponse"] = told
                span.set_attribute("http.response.status_code", message["status"])
                if message["status"] >= 500:
                    span.set_status(Status(StatusCode.ERROR))
            await send(message)

        await self._app(scope, receive, answer)
