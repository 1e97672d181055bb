"""A new Redis on a loopback port, which may be killed, paused and started again; it must be installed."""

import os
import shutil
import signal
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from rollout.ports import free_port
from rollout.waiting import wait_until
from svgai.errors import ProgramFailed

PASSWORD = "s3cret-of-redis"  # noqa: S105 # nosec B105 - of a server that lives for minutes  # pragma: allowlist secret
_START_SECONDS = 60
_PROGRAM = "redis-server"


class RedisServer:
    """The server; its address contains a password."""

    def __init__(self, folder: Path, executable: str) -> None:
        self.port = free_port()
        self.url = f"redis://:{PASSWORD}@127.0.0.1:{self.port}/0"
        self._folder = folder
        self._executable = executable
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """
        Start it, and wait until it answers.

        Raises:
            ProgramFailed: it does not.
        """
        options = {"port": self.port, "bind": "127.0.0.1", "requirepass": PASSWORD, "save": "", "dir": self._folder}
        command = [self._executable, *(word for name, value in options.items() for word in (f"--{name}", str(value)))]
        self._process = subprocess.Popen(command, stdout=subprocess.DEVNULL)  # noqa: S603
        if not wait_until(self._answers, _START_SECONDS):
            raise ProgramFailed(f"{self._executable} does not answer")

    def kill(self) -> None:
        """Kill it, with all its data."""
        assert self._process is not None
        self._process.kill()
        self._process.wait()

    def hang(self) -> None:
        """Pause it: it accepts connections, but does not answer."""
        assert self._process is not None
        os.kill(self._process.pid, signal.SIGSTOP)

    def go_on(self) -> None:
        """Resume it after a pause."""
        assert self._process is not None
        os.kill(self._process.pid, signal.SIGCONT)

    def stop(self) -> None:
        """Stop it, if it runs."""
        if self._process is not None and self._process.poll() is None:
            self.kill()

    def _answers(self) -> bool:
        with suppress(OSError), socket.create_connection(("127.0.0.1", self.port), timeout=1) as one:
            one.sendall(f"AUTH {PASSWORD}\r\n".encode())
            return one.recv(100).startswith(b"+OK")
        return False


@contextmanager
def redis_server(folder: Path) -> Iterator[RedisServer]:
    """
    A server that runs inside the block.

    Raises:
        ProgramFailed: Redis is not installed, or does not start.
    """
    executable = shutil.which(_PROGRAM)
    if executable is None:
        raise ProgramFailed(f"{_PROGRAM} was not found: Redis is not installed")
    server = RedisServer(folder, executable)
    server.start()
    try:
        yield server
    finally:
        server.stop()
