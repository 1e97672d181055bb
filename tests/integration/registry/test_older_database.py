"""Databases of an older MLflow: taken over by the commands that the documents name, with nothing lost."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from mlflow import MlflowClient

from loadtests.servers.postgres_server import PostgresServer
from registry.mlflow_store.connection import connect
from registry.mlflow_store.promotion_log import Actor
from registry.mlflow_store.versions import CLASSIFIER, list_versions
from registry.promotion.moves import rollback
from registry.promotion.status import status
from registry.training_runs.tracking import log_training
from tests.integration.servers.mlflow_server import MlflowServer
from tests.integration.servers.older_mlflow import make_older_database
from tests.integration.servers.team_server import ADMIN_PASSWORD, SECRETS, serving, start
from tests.integration.servers.trained_folders import train
from tests.marks import MLFLOW_WARNINGS

pytestmark = [
    pytest.mark.integration,
    *MLFLOW_WARNINGS,
]

WRITTEN_BY_HAND = "größer, schärfer, 新しい, 🎨"
UPGRADE = [sys.executable, "-m", "mlflow", "db", "upgrade"]


@pytest.fixture
def team_database(postgres: PostgresServer, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """An older one in PostgreSQL, by libpq's variables; and the administrator acts."""
    monkeypatch.setenv("MLFLOW_TRACKING_USERNAME", "admin")
    monkeypatch.setenv("MLFLOW_TRACKING_PASSWORD", ADMIN_PASSWORD)
    url = postgres.create("older").replace("postgresql:", "postgresql+psycopg2:")
    make_older_database(url, "mlflow-artifacts:/1")
    return {**postgres.environment, "PGDATABASE": "older"}


def require_whole(client: MlflowClient, folder: Path) -> None:
    """Versions, stages, aliases, descriptions, figures and the log are there; promotions go on from them."""
    found = list_versions(client, CLASSIFIER)
    assert [(one.number, one.stage, one.aliases) for one in found] == [
        (1, "Archived", ()),
        (2, "Production", ("production",)),
        (3, "Staging", ("staging",)),
    ]
    assert found[0].description == WRITTEN_BY_HAND
    assert [entry.target for entry in found[0].transitions] == ["Staging", "Production", "Archived"]
    (classifier, _) = status(client)
    assert [one.metrics for one in classifier.versions] == [{"accuracy": 0.91}, {"accuracy": 0.92}, {"accuracy": 0.93}]
    assert rollback(client, CLASSIFIER, actor=Actor(by="ann", via="cli")).version == 1
    assert log_training(train("classifier", folder / "run"), client.tracking_uri).version == 4
    assert [(one.stage, one.aliases) for one in list_versions(client, CLASSIFIER)] == [
        ("Production", ("production",)),
        ("Archived", ()),
        ("Staging", ("staging",)),
        ("None", ()),
    ]


def test_a_registry_in_a_file_is_taken_over(tmp_path: Path) -> None:
    """By the first command that opens it; nothing is asked for."""
    make_older_database(f"sqlite:///{tmp_path}/mlflow.db", f"{tmp_path}/mlartifacts")
    require_whole(connect(f"sqlite:///{tmp_path}/mlflow.db"), tmp_path)


@pytest.mark.long
def test_a_file_is_taken_over_by_the_pages(tmp_path: Path) -> None:
    """By the server that `make mlflow` starts."""
    make_older_database(f"sqlite:///{tmp_path}/mlflow.db", f"{tmp_path}/mlartifacts")
    server = MlflowServer(tmp_path)
    server.start()
    try:
        require_whole(connect(server.uri), tmp_path)
    finally:
        server.stop()


@pytest.mark.long
def test_a_team_s_database_waits_for_the_command(team_database: dict[str, str], tmp_path: Path) -> None:
    """The server does not start on it, changes nothing and says what to do; after that nothing is lost."""
    refused = start({**SECRETS, **team_database, **names()}, tmp_path / "log")
    assert refused.wait(60) == 65
    told = (tmp_path / "log").read_text()
    assert "Save it, then upgrade it: mlflow db upgrade postgresql+psycopg2://" in told
    assert team_database["PGPASSWORD"] not in told
    command = [*UPGRADE, "postgresql+psycopg2://"]
    subprocess.run(command, env=os.environ | team_database, check=True, capture_output=True, timeout=120)
    with tempfile.TemporaryDirectory() as folder, serving(team_database, Path(folder)) as server:
        made = server.roles("olga", "operator", password="twelve-signs")
        assert made.returncode == 0, made.stderr
        require_whole(connect(server.uri), tmp_path)


def names() -> dict[str, str]:
    return {"MLFLOW_SERVER_ALLOWED_HOSTS": "localhost", "MLFLOW_SERVER_CORS_ALLOWED_ORIGINS": "http://localhost"}
