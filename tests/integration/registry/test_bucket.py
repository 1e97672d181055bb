"""A team's server whose artifacts lie in a bucket: from a training to a Bento, and the key stays with the server."""

import logging
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from registry.gates.judgement import Gates
from registry.gates.thresholds import load_thresholds
from registry.mlflow_store.connection import connect
from registry.mlflow_store.promotion_log import Actor
from registry.mlflow_store.versions import REGISTERED_NAMES, list_versions
from registry.promotion.moves import promote
from registry.training_runs.tracking import log_training
from svgai.model_files.training_record import file_sha256
from tests.integration.servers.bento_place import bento_place
from tests.integration.servers.private_postgres import private_postgres
from tests.integration.servers.s3_store import BUCKET, S3Store, s3_store
from tests.integration.servers.team_server import ADMIN_PASSWORD, DEPLOYMENT, SECRETS, TeamServer, serving
from tests.integration.servers.trained_folders import CONTRACT, train
from tests.marks import MLFLOW_WARNINGS

pytestmark = [
    pytest.mark.integration,
    pytest.mark.long,
    *MLFLOW_WARNINGS,
]

KEY, SECRET = "AKIDOFTHESTORE", "wJalr/the+secret=of-the-store"  # pragma: allowlist secret


@pytest.fixture
def folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as temporary:
        yield Path(temporary)


@pytest.fixture
def store(folder: Path) -> Iterator[S3Store]:
    with s3_store(folder) as started:
        yield started


@pytest.fixture
def settings(store: S3Store) -> dict[str, str]:
    """What compose.s3.yaml wants, and nothing else."""
    given = {
        "MLFLOW_ARTIFACTS_DESTINATION": f"s3://{BUCKET}/mlflow",
        "MLFLOW_S3_ENDPOINT_URL": store.url,
        "AWS_ACCESS_KEY_ID": KEY,
        "AWS_SECRET_ACCESS_KEY": SECRET,
        "AWS_DEFAULT_REGION": "us-east-1",
    }
    overlay = yaml.safe_load((DEPLOYMENT / "compose.s3.yaml").read_text(encoding="utf-8"))
    assert set(given) == set(overlay["services"]["mlflow"]["environment"])
    return given


@pytest.fixture
def server(folder: Path, settings: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> Iterator[TeamServer]:
    """A server with them, on an empty PostgreSQL; its administrator acts, who has no key of the store."""
    for name in settings:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("MLFLOW_TRACKING_USERNAME", "admin")
    monkeypatch.setenv("MLFLOW_TRACKING_PASSWORD", ADMIN_PASSWORD)
    with private_postgres() as postgres:
        postgres.create("mlflow")
        with serving({**postgres.environment, "PGDATABASE": "mlflow"}, folder, **settings) as started:
            yield started


def test_from_a_training_to_a_bento(
    server: TeamServer, store: S3Store, folder: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Every artifact lies in the bucket, the Bento holds what was trained, and no log holds a key or a password."""
    caplog.set_level(logging.DEBUG)
    client = connect(server.uri)
    trained = {}
    for kind, name in REGISTERED_NAMES.items():
        run = train(kind, tmp_path / kind)
        log_training(run, server.uri)
        judge = Gates(client, load_thresholds(), CONTRACT)
        promote(client, name, to="Production", actor=Actor(by="ann", via="cli"), judge=judge)
        (version,) = list_versions(client, name)
        trained[name] = file_sha256(run / version.tags["serving_file"])
    assert (
        sum(name.endswith(("serving/classifier.onnx", "serving/optimizer.xgb")) for name in store.names("mlflow")) == 2
    )
    assert not (folder / "artifacts").exists()

    here = bento_place(tmp_path / "bentos", client)
    assert here.build()["versions"] == {"classifier": 1, "optimizer": 1}
    held = {path.parent.parent.name: file_sha256(path) for path in here.home.glob("models/*/*/*.[ox][ng][nb]*")}
    assert held == trained

    logs = {path.name: path.read_text(errors="replace") for path in folder.glob("*.log")} | {"here": caplog.text}
    assert "/api/2.0/mlflow-artifacts/artifacts" in logs["server.log"] + logs["here"]
    for name, text in logs.items():
        told = [secret for secret in (SECRET, ADMIN_PASSWORD, *SECRETS.values()) if len(secret) > 3 and secret in text]
        assert told == [], name
        assert name == "moto.log" or KEY not in text, name
