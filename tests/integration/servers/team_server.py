"""MLflow as a team runs it, with deploy/mlflow/start.sh on a real PostgreSQL: the fixture `team_server`."""

import os
import pwd
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from loadtests.servers.local_server import stop
from rollout.ports import free_port
from tests.integration.servers.mlflow_server import wait_until_healthy
from tests.integration.servers.viewers import program

DEPLOYMENT = Path(__file__).parents[3] / "deploy" / "mlflow"
ADMIN_PASSWORD = "an-administrator"
ORIGIN = "https://mlflow.example.com"

_START_LIMIT_S = 120
_USER = "svgai_test"


@dataclass(frozen=True)
class TeamServer:
    """A server with an administrator and no other account."""

    uri: str

    def roles(self, *arguments: str, password: str = "") -> "subprocess.CompletedProcess[str]":
        """Run deploy/mlflow/roles.py as the administrator."""
        return subprocess.run(
            [sys.executable, str(DEPLOYMENT / "roles.py"), *arguments],
            input=password,
            env={**_plain_environment(), "MLFLOW_TRACKING_URI": self.uri, "MLFLOW_AUTH_ADMIN_PASSWORD": ADMIN_PASSWORD},
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )


@pytest.fixture(scope="module")
def team_server() -> Iterator[TeamServer]:
    """The server, its database and its artifacts in a folder of their own."""
    with tempfile.TemporaryDirectory() as temporary, _postgres(Path(temporary) / "postgres") as database:
        folder, port = Path(temporary), free_port()
        settings = {
            **database,
            "MLFLOW_AUTH_ADMIN_PASSWORD": ADMIN_PASSWORD,
            "MLFLOW_FLASK_SERVER_SECRET_KEY": "any",
            "MLFLOW_WEBHOOK_SECRET_ENCRYPTION_KEY": "c3ZnYWktdGVzdHMtc3ZnYWktdGVzdHMtc3ZnYWktMDE=",
            "MLFLOW_SERVER_ALLOWED_HOSTS": "mlflow.example.com",
            "MLFLOW_SERVER_CORS_ALLOWED_ORIGINS": ORIGIN,
            "MLFLOW_ARTIFACTS_DESTINATION": str(folder / "artifacts"),
            "MLFLOW_WORKERS": "1",
        }
        folder.chmod(0o755)
        server = start(settings, folder / "server.log", "--host", "127.0.0.1", "--port", str(port))
        try:
            wait_until_healthy(server, f"http://127.0.0.1:{port}", folder / "server.log")
            yield TeamServer(f"http://127.0.0.1:{port}")
        finally:
            stop(server)


def start(settings: Mapping[str, str], log: Path, *arguments: str) -> "subprocess.Popen[bytes]":
    """The image's start command, with nothing but `settings` in its environment."""
    environment = {**_plain_environment(), **settings}
    with log.open("wb") as out:
        command = [str(DEPLOYMENT / "start.sh"), *arguments]
        return subprocess.Popen(command, cwd=log.parent, env=environment, stdout=out, stderr=subprocess.STDOUT)


def _plain_environment() -> dict[str, str]:
    return {"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}", "HOME": tempfile.gettempdir()}


@contextmanager
def _postgres(folder: Path) -> Iterator[dict[str, str]]:
    """An empty database that asks for a password; yields how libpq finds it."""
    initdb = _postgres_program("initdb")
    folder.mkdir()
    # PostgreSQL refuses to run as root.
    owner = "nobody" if os.geteuid() == 0 else None
    if owner:
        folder.parent.chmod(0o755)
        os.chown(folder, pwd.getpwnam(owner).pw_uid, -1)
    port, password = free_port(), "pass/wörd@1"
    (folder.parent / "password").write_text(password, encoding="utf-8")
    data = str(folder / "data")
    create = [initdb, "-D", data, "-U", _USER, "-A", "scram-sha-256", f"--pwfile={folder.parent / 'password'}"]
    create += ["--no-sync", "--encoding=UTF8", "--locale=C"]
    subprocess.run(create, cwd=folder, user=owner, check=True, capture_output=True)
    run = [
        _postgres_program("postgres"),
        "-D",
        data,
        "-p",
        str(port),
        "-k",
        str(folder),
        "-c",
        "listen_addresses=127.0.0.1",
    ]
    run += ["-c", "fsync=off"]
    libpq = {"PGHOST": "127.0.0.1", "PGPORT": str(port), "PGUSER": _USER, "PGPASSWORD": password}
    with (folder.parent / "postgres.log").open("wb") as log:
        server = subprocess.Popen(run, cwd=folder, user=owner, stdout=log, stderr=subprocess.STDOUT)
    try:
        _wait_for_port(server, port, folder.parent / "postgres.log")
        create_database = [_postgres_program("createdb"), "mlflow"]
        subprocess.run(create_database, env={**_plain_environment(), **libpq}, check=True, capture_output=True)
        yield {**libpq, "PGDATABASE": "mlflow"}
    finally:
        stop(server)


def _postgres_program(name: str) -> str:
    """On PATH, or where Debian keeps it."""
    installed = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))
    return shutil.which(name) or (str(installed[-1]) if installed else program(name))


def _wait_for_port(server: "subprocess.Popen[bytes]", port: int, log: Path) -> None:
    deadline = time.monotonic() + _START_LIMIT_S
    while time.monotonic() < deadline and server.poll() is None:
        ready = subprocess.run(
            [_postgres_program("pg_isready"), "-h", "127.0.0.1", "-p", str(port)], check=False, capture_output=True
        )
        if ready.returncode == 0:
            return
        time.sleep(0.2)
    pytest.fail(f"PostgreSQL did not start:\n{log.read_text(errors='replace')[-2000:]}")
