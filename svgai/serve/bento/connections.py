"""
Connections with limits, in place of uvicorn's: of a client's time, and of the size of a request's head.

* A request's head is limited in time and size, and the reading of an answer in time.
* Malformed HTTP is answered through the application, so that it is logged and counted like any other request.
* A half-closed client still gets its answer.
* A client that is rejected while it is still sending can read why: its data are discarded for a while before closing.

uvicorn's protocol calls the methods that are overridden here; `contacts` lists them.
"""

import asyncio
import functools
import resource
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any, cast

import httptools
from uvicorn.config import HTTP_PROTOCOLS
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from svgai.api.request_paths import NOWHERE
from svgai.api.requests.request_record import refuse
from svgai.errors import HeadersTooLarge, InvalidRequest, RequestTimeout, SvgAiError, UriTooLong
from svgai.serve.connection_room import ConnectionRoom

HEAD_WITHIN_S = 10.0
"""Seconds that a request's head may take to arrive, and a new connection to begin one."""

LARGEST_HEAD, LONGEST_URI = 32 * 1024, 8 * 1024
"""Bytes."""

LINGER_S, LINGER_BYTES = 5.0, 64_000_000
"""How long, and how much, a rejected client may continue to send."""

PROBE_AFTER_S = 2.0
"""Seconds after which a half-closed client is probed, and between probes."""

READ_PATIENCE_S, LEAST_READ_RATE = 10.0, 16_000
"""Seconds that a client may take to read an answer, and bytes a second that it must read of a long one."""

_UNKNOWN_METHOD = "-"
_CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"
_SPARE_FILES, _FEWEST_CONNECTIONS, _FILES_WANTED = 128, 8, 65_536


class BoundedConnection(HttpToolsProtocol):
    """One connection of a client."""

    def __init__(self, *args: Any, room: ConnectionRoom, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._room = room
        self._in_head = False
        self._head_bytes = 0
        self._deaf = False  # what comes is not read as HTTP any more
        self._ending = False  # the last answer was sent
        self._half_closed = False
        self._drained = 0
        self._timer: asyncio.TimerHandle | None = None
        self._reading_timer: asyncio.TimerHandle | None = None
        self._probe_timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        # The transport as a request's cycle sees it: the cycle closes it while the client may still be sending.
        self._seen = SimpleNamespace(write=transport.write, is_closing=transport.is_closing, close=self._end)
        if self._room.enter(self):
            self._arm(HEAD_WITHIN_S)
        else:
            transport.abort()

    def connection_lost(self, exc: Exception | None) -> None:
        self._room.leave(self)
        for timer in (self._timer, self._reading_timer, self._probe_timer):
            if timer is not None:
                timer.cancel()
        super().connection_lost(exc)

    def give_way(self) -> None:
        """Close: a new connection takes this one's place."""
        self.transport.abort()

    def data_received(self, data: bytes) -> None:
        if self._deaf:
            self._drained += len(data)
            if self._drained > LINGER_BYTES:
                self.transport.abort()
            return
        self._unset_keepalive_if_required()
        began_in_head = self._in_head
        try:
            self.parser.feed_data(data)
        except httptools.HttpParserUpgrade:
            self._deaf = True  # upgrades are not supported; the request is answered as HTTP
            return
        except httptools.HttpParserError:
            self._refuse(InvalidRequest("this is not a valid HTTP request"))
            return
        if self._in_head:
            self._head_bytes += len(data) if began_in_head else 0
            if len(self.url) > LONGEST_URI:
                self._refuse(_too_long())
            elif self._head_bytes > LARGEST_HEAD:
                self._refuse(_too_large())
        if self._timer is None and (self._in_head or not self._busy):
            self._arm(HEAD_WITHIN_S)

    def eof_received(self) -> bool:  # type: ignore[override] # asyncio asks for it; uvicorn always says no
        """Whether the connection stays open for an answer after the client has closed its side."""
        if self._ending or not self._busy or self.cycle.more_body:
            return False
        self._half_closed = True
        self._probe_timer = self.loop.call_later(PROBE_AFTER_S, self._probe)
        return True

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._in_head, self._head_bytes = True, 0

    def on_header(self, name: bytes, value: bytes) -> None:
        # Trailers, the fields after a body, are dropped: there may be any number.
        if self._in_head:
            super().on_header(name, value)

    def on_headers_complete(self) -> None:
        self._in_head = False
        self._disarm()
        fault: SvgAiError | None = None
        if len(self.url) > LONGEST_URI:
            fault = _too_long()
        elif sum(len(name) + len(value) for name, value in self.headers) > LARGEST_HEAD:
            fault = _too_large()
        elif self.parser.should_upgrade() and self.parser.get_method() == b"POST":
            # The parser takes the body for data of another protocol.
            fault = InvalidRequest("this is HTTP/1.1 alone: send the request without the header Upgrade")
        if fault is not None:
            self._refuse_scope(fault)
        super().on_headers_complete()
        self.cycle.transport = self._seen  # type: ignore[assignment]
        if fault is not None or self.parser.should_upgrade():
            self.cycle.keep_alive = False

    def on_message_complete(self) -> None:
        super().on_message_complete()
        self._room.answering(self)

    def on_response_complete(self) -> None:
        if self._ending:
            self.server_state.total_requests += 1
            return
        super().on_response_complete()
        if self._busy:
            return
        if self._half_closed or self.cycle.more_body or self._deaf:
            self._end()
        else:
            self._room.answered(self)

    def pause_writing(self) -> None:
        super().pause_writing()
        patience = READ_PATIENCE_S + self.transport.get_write_buffer_size() / LEAST_READ_RATE
        self._reading_timer = self.loop.call_later(patience, self.transport.abort)

    def resume_writing(self) -> None:
        super().resume_writing()
        if self._reading_timer is not None:
            self._reading_timer.cancel()
            self._reading_timer = None

    def _should_upgrade(self) -> bool:
        return False

    @property
    def _busy(self) -> bool:
        """Whether a request is being answered or queued."""
        return self.cycle is not None and (bool(self.pipeline) or not self.cycle.response_complete)

    def _arm(self, seconds: float) -> None:
        self._disarm()
        self._timer = self.loop.call_later(seconds, self._out_of_time)

    def _disarm(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _out_of_time(self) -> None:
        self._timer = None
        if self._ending:
            self.transport.abort()
        elif self._busy:
            self._arm(HEAD_WITHIN_S)
        elif self._in_head:
            self._refuse(RequestTimeout(f"the head of the request was not there within {HEAD_WITHIN_S:g} s"))
        else:
            self.transport.close()

    def _refuse(self, fault: SvgAiError) -> None:
        """Have the application answer an unreadable request with a fault, and stop reading."""
        self._deaf = True
        self._disarm()
        if self._busy and self.cycle.more_body:
            # It is a request's body that cannot be read: that request gets the fault.
            refuse(cast("dict[str, Any]", self.cycle.scope), fault)
            self.cycle.keep_alive = self.cycle.more_body = False
            self.cycle.message_event.set()
            return
        waits = self._busy
        super().on_message_begin()
        self._in_head = False
        self.scope |= {"method": _UNKNOWN_METHOD, "path": NOWHERE, "raw_path": NOWHERE.encode(), "query_string": b""}
        self._refuse_scope(fault)
        self.cycle = RequestResponseCycle(
            scope=self.scope,
            transport=self._seen,  # type: ignore[arg-type]
            flow=self.flow,
            logger=self.logger,
            access_logger=self.access_logger,
            access_log=self.access_log,
            default_headers=self.server_state.default_headers,
            message_event=asyncio.Event(),
            expect_100_continue=False,
            keep_alive=False,
            on_response=self.on_response_complete,
        )
        if waits:
            self.pipeline.appendleft((self.cycle, self.app))
        else:
            self._start_asgi_task(self.cycle, self.app)

    def _refuse_scope(self, fault: SvgAiError) -> None:
        self.headers.clear()
        refuse(cast("dict[str, Any]", self.scope), fault)

    def _end(self) -> None:
        """Close, but not while the client is still sending: it would never read its answer."""
        sending = self._deaf or self.cycle.more_body
        self._ending = self._deaf = True
        if self._half_closed or not sending or not self.transport.can_write_eof():
            self.transport.close()
            return
        self.transport.write_eof()
        self.flow.resume_reading()
        self._arm(LINGER_S)

    def _probe(self) -> None:
        """
        Send what a connected client ignores, to detect one that has disconnected.

        Until then, a half-closed connection and a closed one cannot be told apart.
        """
        cycle = self.cycle
        if cycle.scope["http_version"] == "1.1" and not self.pipeline and not cycle.response_started:
            self.transport.write(_CONTINUE)
        self._probe_timer = self.loop.call_later(PROBE_AFTER_S, self._probe)


def bound_connections(most: int) -> None:
    """Have the server that this process is about to start use our connections, with this limit."""
    _allow_files()
    protocol: Callable[..., asyncio.Protocol] = functools.partial(
        BoundedConnection, room=ConnectionRoom(functools.partial(_room_for, most))
    )
    HTTP_PROTOCOLS["auto"] = protocol  # type: ignore[assignment]


def _allow_files() -> None:
    """Raise this process's limit of open files, which includes connections, as far as permitted."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _FILES_WANTED if hard == resource.RLIM_INFINITY else min(hard, _FILES_WANTED)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def _room_for(most: int) -> int:
    # Without a free file descriptor the loop would silently close accepted connections.
    files, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return most if files == resource.RLIM_INFINITY else max(_FEWEST_CONNECTIONS, min(most, files - _SPARE_FILES))


def _too_long() -> UriTooLong:
    return UriTooLong(f"the address of the request is longer than {LONGEST_URI:,} bytes")


def _too_large() -> HeadersTooLarge:
    return HeadersTooLarge(f"the headers of the request are larger than {LARGEST_HEAD:,} bytes")
