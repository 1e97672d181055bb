"""Bytes sent to a server by hand, and what comes back: for what no HTTP client would do."""

import io
import json
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPException, HTTPResponse
from typing import Any, cast

import httpx


@dataclass(frozen=True)
class Reply:
    """One answer; status 0: the connection ended without one."""

    status: int
    headers: dict[str, str]
    body: bytes


class _Reader(io.BufferedReader):
    """What has come on a connection; http.client closes what it reads one answer from, though others may follow."""

    def close(self) -> None: ...


class Wire:
    """A connection to a server."""

    def __init__(self, connected: socket.socket) -> None:
        self.socket = connected
        self.send = connected.sendall
        self._reader = _Reader(socket.SocketIO(connected, "rb"))

    def makefile(self, _: str) -> io.BufferedReader:
        """For http.client, which takes this for a socket."""
        return self._reader

    def reply(self, method: str = "POST") -> Reply:
        """The next answer, interim ones passed over."""
        response = HTTPResponse(cast("socket.socket", self), method=method)
        try:
            response.begin()
            body = response.read()
        except (OSError, HTTPException):
            return Reply(0, {}, b"")
        return Reply(response.status, {name.lower(): value for name, value in response.getheaders()}, body)

    def everything(self) -> bytes:
        """All that comes until the end of the connection."""
        parts = []
        try:
            while part := self._reader.read1():
                parts.append(part)
        except ConnectionError:
            pass
        return b"".join(parts)

    def ends_within(self, seconds: float) -> bool:
        """Whether the server ends the connection in time; what it sends before is thrown away."""
        deadline = time.monotonic() + seconds
        try:
            while True:
                self.socket.settimeout(max(0.001, deadline - time.monotonic()))
                if not self.socket.recv(65536):
                    return True
        except TimeoutError:
            return False
        except ConnectionError:
            return True


@contextmanager
def wire(address: httpx.URL, timeout: float = 60) -> Iterator[Wire]:
    """A connection to the server of an address."""
    with socket.create_connection((address.host, address.port or 80), timeout) as connected:
        yield Wire(connected)


def request(method: str, path: str, body: bytes = b"", *, version: str = "1.1", **headers: str) -> bytes:
    """A request; underscores in names of headers become hyphens, and one without a value is left out."""
    if body or method == "POST":
        headers = {"Content_Length": str(len(body)), "Content_Type": "application/json"} | headers
    headers = {"Host": "service"} | headers
    lines = [f"{name.replace('_', '-')}: {value}" for name, value in headers.items() if value]
    return "\r\n".join([f"{method} {path} HTTP/{version}", *lines, "", ""]).encode() + body


def fault(answer: Reply) -> tuple[int, str]:
    """Status and code of an error, which must have the one shape."""
    error: Any = json.loads(answer.body)["error"]
    assert set(error) == {"code", "message", "request_id"}
    assert error["request_id"] == answer.headers["x-request-id"]
    return answer.status, str(error["code"])
