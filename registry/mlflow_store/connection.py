"""The connection to MLflow: a server, or a SQLite file with a folder of artifacts beside it."""

import os
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import unquote, urlsplit

from mlflow import MlflowClient
from mlflow.exceptions import MlflowException

from registry.mlflow_store.artifact_places import database_of, require_own_places
from svgai.errors import RegistryFault
from svgai.settings import without_credentials

DEFAULT_TRACKING_URI = "sqlite:///mlflow.db"
_ARTIFACT_FOLDER = "mlartifacts"
_EXPERIMENT = "svgai"
_PROBE_TIMEOUT_S = 5.0
_USER, _PASSWORD = "MLFLOW_TRACKING_USERNAME", "MLFLOW_TRACKING_PASSWORD"  # pragma: allowlist secret


def connect(tracking_uri: str = DEFAULT_TRACKING_URI, *, create: bool = True) -> MlflowClient:
    """
    A client of `tracking_uri`; RegistryFault if a server is named there and nothing answers.

    With `create` a missing database is created, in an existing folder; without, its absence is a RegistryFault. It is
    always a RegistryFault if its artifacts are recorded in another folder, from which the project was moved or copied.
    User and password are moved from a server's address to the variables that MLflow reads.
    """
    if _is_server(tracking_uri):
        tracking_uri = _take_credentials(tracking_uri)
        _probe(tracking_uri)
    elif database := database_of(tracking_uri):
        _look_at(database, create=create)
    elif "://" not in tracking_uri or tracking_uri.startswith("file:"):
        raise RegistryFault(f"{tracking_uri} names no registry: give sqlite:///FILE or http://HOST:PORT")
    with registry_faults(f"open {tracking_uri}"):
        return MlflowClient(tracking_uri)


def experiment_id(client: MlflowClient) -> str:
    """The experiment that holds all runs, created on first use."""
    existing = client.get_experiment_by_name(_EXPERIMENT)
    if existing is not None:
        _require_place(existing.artifact_location)
        return str(existing.experiment_id)
    # A server decides itself where artifacts go; without one they belong beside the database.
    location = None if _is_server(client.tracking_uri) else str(_local_folder(client.tracking_uri) / _ARTIFACT_FOLDER)
    return str(client.create_experiment(_EXPERIMENT, artifact_location=location))


@contextmanager
def registry_faults(action: str) -> Iterator[None]:
    """Turn MLflow's exceptions into RegistryFault, with the attempted action and, if there is one, the remedy."""
    try:
        yield
    except MlflowException as error:
        raise RegistryFault(without_credentials(f"could not {action}: {_reason(error)}")) from error


def _reason(error: MlflowException) -> str:
    if "Invalid Host header" in error.message:
        return "MLflow does not answer under this name: start it with the name in MLFLOW_SERVER_ALLOWED_HOSTS"
    match error.error_code:
        case "UNAUTHENTICATED":
            return f"MLflow does not know this account or password: set {_USER} and {_PASSWORD}"
        case "PERMISSION_DENIED":
            return f"MLflow does not let this account: ask for a role that may, or name another account in {_USER}"
        case _:
            return str(error.message)


def _take_credentials(server: str) -> str:
    # MLflow's own messages contain the address.
    parts = urlsplit(server)
    if parts.username is not None:
        os.environ[_USER], os.environ[_PASSWORD] = unquote(parts.username), unquote(parts.password or "")
    return parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()


def _is_server(tracking_uri: str) -> bool:
    return tracking_uri.startswith(("http://", "https://"))


def _local_folder(tracking_uri: str) -> Path:
    database = database_of(tracking_uri)
    return database.parent if database else Path.cwd()


def _look_at(database: Path, *, create: bool) -> None:
    # MLflow creates missing databases and folders, also for a mistyped name.
    if not database.is_file() and not create:
        raise RegistryFault(
            f"there is no registry at {database}: `svgai train` makes one there, and MLFLOW_TRACKING_URI names another"
        )
    if not database.parent.is_dir():
        raise RegistryFault(f"there is no folder {database.parent} for the registry {database.name}")
    require_own_places(database)


def _require_place(location: str) -> None:
    # Behind a server, too, this process writes there itself; MLflow would make the folder of a project that has moved.
    place = Path(location.removeprefix("file://"))
    if place.is_absolute() and not place.parent.is_dir():
        raise RegistryFault(
            f"the server records its artifacts in {place}, which is not there: where its database was moved, "
            "end the server and call `svgai doctor --fix` beside the database"
        )


def _probe(server: str) -> None:
    import httpx  # noqa: PLC0415 - takes a while, and a registry in a file needs none

    # MLflow's own client retries for minutes before it reports that nothing answers.
    try:
        # Any answer is enough; an error is explained better by the real call.
        httpx.get(f"{server.rstrip('/')}/health", timeout=_PROBE_TIMEOUT_S, verify=ssl.create_default_context())
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise RegistryFault(f"no MLflow server answers at {server}: {error}") from error
