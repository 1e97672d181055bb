"""The connection to MLflow: a server, or a SQLite file with a folder of artifacts beside it."""

import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from mlflow import MlflowClient
from mlflow.environment_variables import MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR
from mlflow.exceptions import MlflowException

from svgai.errors import RegistryFault

DEFAULT_TRACKING_URI = "sqlite:///mlflow.db"
_ARTIFACT_FOLDER = "mlartifacts"
_EXPERIMENT = "svgai"
_PROBE_TIMEOUT_S = 5.0


def connect(tracking_uri: str = DEFAULT_TRACKING_URI) -> MlflowClient:
    """A client of `tracking_uri`; RegistryFault if a server is named there and nothing answers."""
    if _is_server(tracking_uri):
        _probe(tracking_uri)
    # Every look at a version would draw bars into the log.
    MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR.set(False)  # type: ignore[no-untyped-call] # MLflow leaves it untyped
    with registry_faults(f"open {tracking_uri}"):
        return MlflowClient(tracking_uri)


def experiment_id(client: MlflowClient) -> str:
    """The experiment that holds all runs, created on first use."""
    existing = client.get_experiment_by_name(_EXPERIMENT)
    if existing is not None:
        return str(existing.experiment_id)
    # A server decides itself where artifacts go; without one they belong beside the database.
    location = None if _is_server(client.tracking_uri) else str(_local_folder(client.tracking_uri) / _ARTIFACT_FOLDER)
    return str(client.create_experiment(_EXPERIMENT, artifact_location=location))


@contextmanager
def registry_faults(action: str) -> Iterator[None]:
    """Turn MLflow's exceptions into RegistryFault, naming what was tried."""
    try:
        yield
    except MlflowException as error:
        raise RegistryFault(f"could not {action}: {error.message}") from error


def _is_server(tracking_uri: str) -> bool:
    return tracking_uri.startswith(("http://", "https://"))


def _local_folder(tracking_uri: str) -> Path:
    scheme = "sqlite:///"
    return Path(tracking_uri.removeprefix(scheme)).absolute().parent if tracking_uri.startswith(scheme) else Path.cwd()


def _probe(server: str) -> None:
    # MLflow's own client retries for minutes before it says that nobody answers. Only http and https come here.
    try:
        with urllib.request.urlopen(f"{server.rstrip('/')}/health", timeout=_PROBE_TIMEOUT_S):  # noqa: S310
            return
    except urllib.error.HTTPError:
        return  # Something answered; a refusal is explained better by the real call.
    except OSError as error:
        raise RegistryFault(f"no MLflow server answers at {server}: {error}") from error
