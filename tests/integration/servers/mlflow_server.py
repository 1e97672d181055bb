"""A real MLflow server for tests, one for all of a run: the fixtures `mlflow_server` and `registry`."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from mlflow import MlflowClient

from loadtests.servers.local_server import stop
from registry.mlflow_store.connection import connect
from registry.mlflow_store.versions import REGISTERED_NAMES, list_versions
from rollout.ports import free_port
from rollout.readiness import wait_until_ready
from svgai.errors import SvgAiError

_START_LIMIT_S = 240


class MlflowServer:
    """A server with SQLite and a folder of artifacts of its own, which may be stopped and started again."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._port = free_port()
        self.uri = f"http://127.0.0.1:{self._port}"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Wait until it is healthy, or fail the test."""
        command = [sys.executable, "-m", "mlflow", "server", "--host", "127.0.0.1", "--port", str(self._port)]
        command += ["--workers", "1", "--backend-store-uri", f"sqlite:///{self._folder}/mlflow.db"]
        command += ["--artifacts-destination", f"{self._folder}/mlartifacts"]
        environment = {**os.environ, "MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false", "MLFLOW_DISABLE_TELEMETRY": "true"}
        log = self._folder / "server.log"
        with log.open("ab") as output:
            self._process = subprocess.Popen(
                command, cwd=self._folder, env=environment, stdout=output, stderr=subprocess.STDOUT
            )
        wait_until_healthy(self._process, self.uri, log)

    def stop(self) -> None:
        """End it, if it runs."""
        if self._process is not None:
            stop(self._process)
            self._process = None


@pytest.fixture(scope="session")
def mlflow_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a server that runs as long as the tests do."""
    server = MlflowServer(tmp_path_factory.mktemp("mlflow"))
    server.start()
    yield server.uri
    server.stop()


@pytest.fixture
def registry(mlflow_server: str) -> Iterator[MlflowClient]:
    """A client of the server, with no version of our models."""
    client = connect(mlflow_server)
    yield client
    for name in REGISTERED_NAMES.values():
        if list_versions(client, name):
            client.delete_registered_model(name)


def wait_until_healthy(server: "subprocess.Popen[bytes]", uri: str, log: Path) -> None:
    """Wait for a server's own word that it is well, or fail the test with the end of its log."""
    try:
        wait_until_ready(f"{uri}/health", lambda: None if server.poll() is None else "it ended", _START_LIMIT_S)
    except SvgAiError as fault:
        pytest.fail(f"the MLflow server did not start, {fault}:\n{log.read_text(errors='replace')[-2000:]}")
