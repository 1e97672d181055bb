"""Ports of this machine."""

import socket

from svgai.errors import SvgAiError


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
    """A loopback port that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
