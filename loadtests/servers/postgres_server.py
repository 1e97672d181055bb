"""A new, empty PostgreSQL on a loopback port, for tests and benchmarks; it must be installed."""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from rollout.ports import free_port
from svgai.errors import ProgramFailed

USER, PASSWORD = "svgai_test", "pass/wörd@1"  # pragma: allowlist secret
_START_LIMIT_S = 120
_INSTALLED = Path("/usr/lib/postgresql")


class PostgresServer:
    """
    A server with a password; created and started by `postgres_server`.

    Attributes:
        environment: Variables by which libpq finds it.
    """

    def __init__(self, folder: Path, port: int, *, durable: bool) -> None:
        self._folder = folder
        self._port = port
        self._durable = durable
        self._process: subprocess.Popen[bytes] | None = None
        self.environment = {"PGHOST": "127.0.0.1", "PGPORT": str(port), "PGUSER": USER, "PGPASSWORD": PASSWORD}

    def url(self, database: str) -> str:
        """The address of a database, with the password."""
        return f"postgresql://{USER}:{quote(PASSWORD, safe='')}@127.0.0.1:{self._port}/{database}"

    def create(self, database: str) -> str:
        """Create a database and return its address."""
        plain = {"PATH": os.environ["PATH"], "HOME": tempfile.gettempdir()}
        command = [postgres_program("createdb"), database]
        subprocess.run(command, env={**plain, **self.environment}, check=True, capture_output=True)  # noqa: S603
        return self.url(database)

    def start(self) -> None:
        """
        Start it again with its data, and wait until it accepts connections.

        Raises:
            ProgramFailed: it does not.
        """
        command = [postgres_program("postgres"), "-D", str(self._folder / "data"), "-p", str(self._port)]
        command += ["-k", str(self._folder), "-c", "listen_addresses=127.0.0.1"]
        command += [] if self._durable else ["-c", "fsync=off"]
        log = self._folder.parent / "postgres.log"
        with log.open("ab") as output:
            self._process = subprocess.Popen(  # noqa: S603
                command, cwd=self._folder, user=_owner(), stdout=output, stderr=subprocess.STDOUT
            )
        ready = [postgres_program("pg_isready"), "-h", "127.0.0.1", "-p", str(self._port)]
        deadline = time.monotonic() + _START_LIMIT_S
        while time.monotonic() < deadline and self._process.poll() is None:
            if subprocess.run(ready, check=False, capture_output=True).returncode == 0:  # noqa: S603
                return
            time.sleep(0.2)
        raise ProgramFailed(f"PostgreSQL did not start:\n{log.read_text(errors='replace')[-2000:]}")

    def end(self, number: signal.Signals = signal.SIGINT) -> None:
        """Stop it: SIGINT is a fast shutdown, SIGQUIT an immediate one, as after a crash."""
        if self._process is not None:
            self._process.send_signal(number)
            self._process.wait(30)
            self._process = None


@contextmanager
def postgres_server(folder: Path, *, durable: bool = False) -> Iterator[PostgresServer]:
    """
    A server with its files in a new folder; `durable`: commits are synced to disk, as in production.

    Raises:
        ProgramFailed: PostgreSQL is not installed, or does not start.
    """
    folder.mkdir()
    if owner := _owner():
        folder.parent.chmod(0o755)
        os.chown(folder, pwd.getpwnam(owner).pw_uid, -1)
    password = folder.parent / "password"
    password.write_text(PASSWORD, encoding="utf-8")
    command = [postgres_program("initdb"), "-D", str(folder / "data"), "-U", USER, "-A", "scram-sha-256"]
    command += [f"--pwfile={password}", "--no-sync", "--encoding=UTF8", "--locale=C"]
    subprocess.run(command, cwd=folder, user=owner, check=True, capture_output=True)  # noqa: S603
    server = PostgresServer(folder, free_port(), durable=durable)
    server.start()
    try:
        yield server
    finally:
        server.end()


def postgres_program(name: str) -> str:
    """
    A program on PATH, or in Debian's folder.

    Raises:
        ProgramFailed: there is none.
    """
    installed = sorted(_INSTALLED.glob(f"*/bin/{name}"))
    found = shutil.which(name) or (str(installed[-1]) if installed else None)
    if found is None:
        raise ProgramFailed(f"{name} was not found: PostgreSQL is not installed")
    return found


def _owner() -> str | None:
    """PostgreSQL refuses to run as root."""
    return "nobody" if os.geteuid() == 0 else None
