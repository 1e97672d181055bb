"""
Receives the whole body of a request before any work begins, with limits of size, time and memory, and inflates it.

A slow sender blocks no other request: it holds a connection, and no more memory than it has sent.
"""

import asyncio
import zlib
from collections import OrderedDict
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from starlette.datastructures import Headers

from svgai.api.requests.request_record import RequestRecord
from svgai.errors import ClientGone, InvalidRequest, Overloaded, RequestTimeout, TooLarge, UnsupportedMediaType

Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]

PATIENCE_S = 10.0
"""Seconds that a body of any size may take to arrive."""

LEAST_RATE = 16_000
"""Bytes a second that a larger one must keep up with, on average."""

BODIES_HELD = 16
"""Memory that incomplete bodies may take together, in multiples of the largest body."""

_SMALL = 64 * 1024
_GZIP = 16 + zlib.MAX_WBITS
_PLAIN, _GZIPPED = frozenset({"", "identity"}), frozenset({"gzip", "x-gzip"})


class _Upload:
    """One body being received."""

    def __init__(self) -> None:
        self.began = asyncio.get_running_loop().time()
        self.received = 0
        self.displaced = False
        self.limit = asyncio.timeout_at(self.began + PATIENCE_S)

    def in_time(self) -> None:
        """Extend its deadline by what it has sent."""
        self.limit.reschedule(self.began + PATIENCE_S + self.received / LEAST_RATE)

    def displace(self) -> None:
        self.displaced = True
        if not self.limit.expired():
            self.limit.reschedule(self.began)


class RequestBodies:
    """
    Receives bodies.

    Args:
        most_bytes: of one body, as sent and inflated.

    Attributes:
        held: bytes of larger bodies being received.
    """

    def __init__(self, most_bytes: int) -> None:
        self._most_bytes = most_bytes
        self._uploads: OrderedDict[_Upload, None] = OrderedDict()
        self.held = 0

    def refuse_declared(self, headers: Headers) -> None:
        """
        Reject by the headers what need not be received.

        Raises:
            TooLarge: the declared size is over the limit.
            UnsupportedMediaType: it is compressed by something else than gzip.
        """
        declared = headers.get("content-length", "")
        if declared.isdecimal() and int(declared) > self._most_bytes:
            raise self._too_large()
        if _encoding(headers) not in _PLAIN | _GZIPPED:
            raise UnsupportedMediaType("send the body as it is, or with Content-Encoding: gzip")

    async def read(self, receive: Receive, headers: Headers, record: RequestRecord) -> bytes:
        """
        The whole body, inflated; its size as it was sent is noted in the record.

        Raises:
            TooLarge: it is over the limit, as sent or inflated.
            RequestTimeout: it came too slowly.
            Overloaded: it was the slowest of many large ones.
            ClientGone: the client left before it was there.
            InvalidRequest: it is not gzip though it says so.
        """
        upload = _Upload()
        parts = []
        try:
            async with upload.limit:
                more = True
                while more:
                    message = await receive()
                    if message["type"] == "http.disconnect":
                        raise ClientGone("the client closed the connection while it sent its request")
                    part = message.get("body", b"")
                    more = message.get("more_body", False)
                    record.bytes_in += len(part)
                    if record.bytes_in > self._most_bytes:
                        raise self._too_large()
                    parts.append(part)
                    if more:
                        self._hold(upload, len(part))
        except TimeoutError:
            if upload.displaced:
                raise Overloaded("too many large bodies are on their way; try again shortly") from None
            text = f"the body must be there within {PATIENCE_S:g} s, and from then on come at {LEAST_RATE:,} bytes/s"
            raise RequestTimeout(text) from None
        finally:
            self._release(upload)
        body = parts[0] if len(parts) == 1 else b"".join(parts)
        return await asyncio.to_thread(self._inflated, body) if _encoding(headers) in _GZIPPED else body

    def _hold(self, upload: _Upload, size: int) -> None:
        upload.received += size
        if upload.displaced:
            return
        upload.in_time()
        if upload.received <= _SMALL:
            return
        if upload in self._uploads:
            self.held += size
        else:
            self._uploads[upload] = None
            self.held += upload.received
        while self.held > BODIES_HELD * self._most_bytes:
            slowest = next(iter(self._uploads))
            self._release(slowest)
            slowest.displace()

    def _release(self, upload: _Upload) -> None:
        if upload in self._uploads:
            del self._uploads[upload]
            self.held -= upload.received

    def _inflated(self, body: bytes) -> bytes:
        inflater = zlib.decompressobj(_GZIP)
        try:
            inflated = inflater.decompress(body, self._most_bytes + 1)
        except zlib.error:
            raise InvalidRequest("the body is not gzip, though Content-Encoding says so") from None
        if len(inflated) > self._most_bytes:
            raise self._too_large()
        if not inflater.eof or inflater.unused_data:
            raise InvalidRequest("the gzip body is cut off, or something follows it")
        return inflated

    def _too_large(self) -> TooLarge:
        return TooLarge(f"the body is larger than {self._most_bytes:,} bytes")


def _encoding(headers: Headers) -> str:
    return ",".join(headers.getlist("content-encoding")).strip().lower()
