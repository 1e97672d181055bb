import os
import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from mlflow.exceptions import MlflowException

from registry.mlflow_store.connection import connect, registry_faults
from svgai.errors import RegistryFault


@pytest.fixture
def healthy() -> Iterator[str]:
    """Host and port of a server that says that it is healthy, and nothing else."""

    class Healthy(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Healthy) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.fixture(autouse=True)
def account(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever a test leaves in the variables is put back."""
    monkeypatch.setenv("MLFLOW_TRACKING_USERNAME", "nobody")
    monkeypatch.setenv("MLFLOW_TRACKING_PASSWORD", "nothing")


def test_a_server_that_does_not_answer_is_named_at_once() -> None:
    """Instead of after minutes of retries."""
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        uri = f"http://127.0.0.1:{unused.getsockname()[1]}"
        with pytest.raises(RegistryFault, match=uri):
            connect(uri)


def test_password_of_a_server_that_does_not_answer_is_not_told() -> None:
    """The address without its user and password is."""
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        host = f"127.0.0.1:{unused.getsockname()[1]}"
        with pytest.raises(RegistryFault, match=f"http://{host}") as fault:
            connect(f"http://ann:s3cret@{host}")
    assert "s3cret" not in str(fault.value)


def test_credentials_of_an_address_go_where_mlflow_reads_them(healthy: str) -> None:
    """The client's address, which MLflow prints, has none; signs written as %xx arrive as they are meant."""
    client = connect(f"http://ann:p%40ss@{healthy}")
    assert client.tracking_uri == f"http://{healthy}"
    assert (os.environ["MLFLOW_TRACKING_USERNAME"], os.environ["MLFLOW_TRACKING_PASSWORD"]) == ("ann", "p@ss")


def test_credentials_in_a_reason_are_masked() -> None:
    """What MLflow says may quote the address of a database."""
    reason = MlflowException("no postgresql://ann:s3cret@db/mlflow")
    with pytest.raises(RegistryFault, match=r"no postgresql://\*\*\*@db/mlflow") as fault, registry_faults("look"):
        raise reason
    assert "s3cret" not in str(fault.value)


def test_reading_makes_no_registry(tmp_path: Path) -> None:
    """A wrong folder or a mistyped name is told, with what makes one; nothing is left behind."""
    for uri in (f"sqlite:///{tmp_path}/mlflow.db", f"sqlite:///{tmp_path}/nope/mlflow.db"):
        with pytest.raises(RegistryFault, match=r"there is no registry at .*mlflow\.db: `svgai train` makes one"):
            connect(uri, create=False)
    assert list(tmp_path.iterdir()) == []


def test_writing_makes_no_folders(tmp_path: Path) -> None:
    """A database is made in a folder that is there; MLflow would make the folders of a mistyped one, too."""
    with pytest.raises(RegistryFault, match=f"there is no folder {tmp_path}/nope"):
        connect(f"sqlite:///{tmp_path}/nope/mlflow.db")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("uri", ["mlflow.db", "mlruns", "file:///srv/mlruns", "./mlflow.db"])
def test_a_name_that_is_no_registry_is_told(uri: str) -> None:
    """MLflow would take it for a folder of files."""
    with pytest.raises(RegistryFault, match="names no registry: give sqlite:///FILE or http://HOST:PORT"):
        connect(uri)
