"""Ports of this machine."""

import random
import socket
from contextlib import suppress

from svgai.errors import SvgAiError


def http_address(host: str, port: int) -> str:
    """The URL of a server, without a path."""
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def require_free(host: str, port: int) -> None:
    """
    See that a server may listen on an address.

    Raises:
        SvgAiError: it is taken, as by a server that still runs, or is none of this machine's.
    """
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as fault:
        raise SvgAiError(f"cannot serve on port {port} of {host}: {fault.strerror}") from fault


def free_port() -> int:
    """
    A loopback port that nothing listens on.

    It is none of those that the system gives to outgoing connections (from 32768 on): one of these could be taken by
    a proxy's connection before the server that it is meant for has started.
    """
    while True:
        port = random.randint(20_000, 32_000)  # noqa: S311 - no secret
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
