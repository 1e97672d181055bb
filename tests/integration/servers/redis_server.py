"""A real Redis server on a loopback port, which tests may kill, stop and start again."""

import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from rollout.ports import free_port
from tests.integration.servers.viewers import program

PASSWORD = "s3cret-of-redis"
_START_SECONDS = 20


class RedisServer:
    """The server; its address holds a password."""

    def __init__(self, folder: Path, executable: str) -> None:
        self.port = free_port()
        self.url = f"redis://:{PASSWORD}@127.0.0.1:{self.port}/0"
        self._folder = folder
        self._executable = executable
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it, and wait until it answers."""
        options = {"port": self.port, "bind": "127.0.0.1", "requirepass": PASSWORD, "save": "", "dir": self._folder}
        command = [self._executable, *(word for name, value in options.items() for word in (f"--{name}", str(value)))]
        self._process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        deadline = time.monotonic() + _START_SECONDS
        while time.monotonic() < deadline:
            with suppress(OSError), socket.create_connection(("127.0.0.1", self.port), timeout=1) as one:
                one.sendall(f"AUTH {PASSWORD}\r\n".encode())
                if one.recv(100).startswith(b"+OK"):
                    return
            time.sleep(0.02)
        raise AssertionError("redis-server does not answer")

    def kill(self) -> None:
        """End it at once, with all that it holds."""
        assert self._process is not None
        self._process.kill()
        self._process.wait()

    def hang(self) -> None:
        """Let it take connections, and answer nothing."""
        assert self._process is not None
        os.kill(self._process.pid, signal.SIGSTOP)

    def go_on(self) -> None:
        """After it was left hanging."""
        assert self._process is not None
        os.kill(self._process.pid, signal.SIGCONT)

    def stop(self) -> None:
        """End it, if it runs."""
        if self._process is not None and self._process.poll() is None:
            self.kill()


@contextmanager
def redis_server(folder: Path) -> Iterator[RedisServer]:
    """A server that runs inside the block. Without redis-server the test is skipped, but fails where CI is set."""
    server = RedisServer(folder, program("redis-server"))
    server.start()
    try:
        yield server
    finally:
        server.stop()
