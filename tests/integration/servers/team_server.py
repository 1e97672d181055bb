"""MLflow as a team runs it, with deploy/mlflow/start.sh on a real PostgreSQL: the fixture `team_server`."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from loadtests.servers.local_server import stop
from rollout.ports import free_port
from tests.integration.servers.mlflow_server import wait_until_healthy
from tests.integration.servers.private_postgres import private_postgres

DEPLOYMENT = Path(__file__).parents[3] / "deploy" / "mlflow"
ADMIN_PASSWORD = "an-administrator"
ORIGIN = "https://mlflow.example.com"
SECRETS = {
    "MLFLOW_AUTH_ADMIN_PASSWORD": ADMIN_PASSWORD,
    "MLFLOW_FLASK_SERVER_SECRET_KEY": "any",
    "MLFLOW_WEBHOOK_SECRET_ENCRYPTION_KEY": "c3ZnYWktdGVzdHMtc3ZnYWktdGVzdHMtc3ZnYWktMDE=",
}


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
            timeout=180,
        )


@contextmanager
def serving(database: Mapping[str, str], folder: Path, **settings: str) -> Iterator[TeamServer]:
    """A server inside the block, on the database of libpq's variables; `settings` are more of its environment."""
    port = free_port()
    environment = {
        **SECRETS,
        **database,
        "MLFLOW_SERVER_ALLOWED_HOSTS": "mlflow.example.com",
        "MLFLOW_SERVER_CORS_ALLOWED_ORIGINS": ORIGIN,
        "MLFLOW_ARTIFACTS_DESTINATION": str(folder / "artifacts"),
        "MLFLOW_WORKERS": "1",
        **settings,
    }
    log = folder / "server.log"
    server = start(environment, log, "--host", "127.0.0.1", "--port", str(port))
    try:
        wait_until_healthy(server, f"http://127.0.0.1:{port}", log)
        yield TeamServer(f"http://127.0.0.1:{port}")
    finally:
        stop(server)


@pytest.fixture(scope="module")
def team_server() -> Iterator[TeamServer]:
    """The server, its database and its artifacts in a folder of their own."""
    with private_postgres() as postgres, tempfile.TemporaryDirectory() as temporary:
        postgres.create("mlflow")
        with serving({**postgres.environment, "PGDATABASE": "mlflow"}, Path(temporary)) as server:
            yield server


def start(settings: Mapping[str, str], log: Path, *arguments: str) -> "subprocess.Popen[bytes]":
    """The image's start command, with nothing but `settings` in its environment."""
    environment = {**_plain_environment(), **settings}
    with log.open("wb") as out:
        command = [str(DEPLOYMENT / "start.sh"), *arguments]
        return subprocess.Popen(command, cwd=log.parent, env=environment, stdout=out, stderr=subprocess.STDOUT)


def _plain_environment() -> dict[str, str]:
    return {"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}", "HOME": tempfile.gettempdir()}
