"""Ports of this machine."""

import secrets
import socket
from contextlib import suppress

from svgai.errors import SvgAiError


def http_address(host: str, port: int) -> str:
    """The URL of a server, without a path."""
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def require_free(host: str, port: int) -> None:
    """
    Check that a server may listen on an address.

    Raises:
        SvgAiError: it is in use, for example by a server that still runs, or is not an address of this machine.
    """
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as fault:
        raise SvgAiError(f"cannot serve on port {port} of {host}: {fault.strerror}") from fault
    except UnicodeError as fault:  # a host of 70 letters, or with two dots in a row
        raise SvgAiError(f"cannot serve on port {port} of {host}: it is no name of a host") from fault


def free_port() -> int:
    """
    A loopback port that nothing listens on.

    It is below the ephemeral ports (from 32768 on): an outgoing connection of the proxy could take one of these before
    the server has started. Two processes that have seeded `random` alike do not choose the same one.
    """
    while True:
        port = 20_000 + secrets.randbelow(12_000)
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
