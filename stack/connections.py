"""Requests that take up a client's share of connections, and nothing of the service behind the proxy."""

import socket
import ssl
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from urllib.parse import urlsplit

_HEAD = (
    b"POST /api/classify HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n"
)
_SEEN_WITHIN_S = 5


@contextmanager
def held_back(address: str, count: int) -> Iterator[None]:
    """So many requests in progress inside the block, whose bodies never come: nginx waits for those itself."""
    parts = urlsplit(address)
    context = ssl.create_default_context()
    # What is sent is no secret, and who answers is seen by the client that is refused meanwhile.
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    with ExitStack() as opened:
        for _ in range(count):
            plain = opened.enter_context(socket.create_connection((parts.hostname, parts.port), _SEEN_WITHIN_S))
            connection = opened.enter_context(context.wrap_socket(plain))
            connection.sendall(_HEAD)
        yield
