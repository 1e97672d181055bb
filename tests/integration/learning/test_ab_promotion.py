"""`svgai ab promote` on a quality database and a registry: what is certainly better goes into Production, gated."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from mlflow import MlflowClient
from typer.testing import CliRunner, Result

from cli import app
from commands.local.local_registry import gates
from registry.mlflow_store.connection import connect
from registry.mlflow_store.promotion_log import Actor, read_verdict
from registry.mlflow_store.versions import OPTIMIZER, list_versions
from registry.promotion.moves import promote
from registry.training_runs.tracking import log_training
from svgai.arms import Experiment
from svgai.errors import GateFailed
from svgai.outcomes.experiments import Experiments
from svgai.outcomes.outcome import now, shadowed_id
from svgai.outcomes.quality_database import QualityDatabase
from tests.fakes.outcomes import outcome
from tests.integration.servers.trained_folders import train
from tests.marks import MLFLOW_WARNINGS

pytestmark = [
    pytest.mark.integration,
    *MLFLOW_WARNINGS,
]

SHADOW = Experiment("classifier:1,optimizer:1", "classifier:1,optimizer:2", "shadow", 1.0)
PAIRS = 120


@pytest.fixture
def client(clean_environment: Path, url: str, monkeypatch: pytest.MonkeyPatch) -> MlflowClient:
    """A registry with version 1 of the optimizer in Production, and 2 in Staging, whose answers are a fifth smaller."""
    uri = f"sqlite:///{clean_environment / 'mlflow.db'}"
    monkeypatch.setenv("QUALITY_DB_URL", url)
    monkeypatch.setenv("MLFLOW_TRACKING_URI", uri)
    database = QualityDatabase(url)
    database.migrate()
    Experiments(database).begin(SHADOW)
    for number in range(PAIRS):
        common: dict[str, Any] = {"image_sha256": f"{number:064x}", "experiment": SHADOW.name}
        common |= {"seconds": {"processor": 0.2}, "created_at": now() + timedelta(seconds=number)}
        name = f"{number:032x}"
        smaller = outcome(shadowed_id(name), **common, arm="challenger", bytes=700 + 20 * (number % 10))
        database.write([outcome(name, **common, arm="champion"), smaller])
    for number, stage in ((1, "Production"), (2, "Staging")):
        log_training(train("optimizer", clean_environment / f"trained{number}", seed=number), uri)
        made = connect(uri)
        promote(made, OPTIMIZER, number, to=stage, actor=Actor(by="ann", via="cli"), judge=gates(made))  # type: ignore[arg-type]
    return made


def ab(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["ab", *arguments])


def stages(client: MlflowClient) -> dict[int, str]:
    return {version.number: version.stage for version in list_versions(client, OPTIMIZER)}


def test_a_better_challenger_takes_the_place_of_the_champion(client: MlflowClient) -> None:
    """By the gates, whose verdict is kept; the log of the version says who did it, and when."""
    promoted = ab("promote", "--json")

    assert promoted.exit_code == 0, promoted.output
    (told,) = json.loads(promoted.stdout)
    assert (told["version"], told["source"], told["target"], told["replaced"]) == (2, "Staging", "Production", 1)
    assert stages(client) == {1: "Archived", 2: "Production"}
    version = list_versions(client, OPTIMIZER)[1]
    verdict = read_verdict(version.tags)
    assert verdict is not None
    assert verdict.passed
    assert version.aliases == ("production",)
    assert (version.transitions[-1].target, version.transitions[-1].via) == ("Production", "cli")


@pytest.mark.long
def test_a_challenger_that_was_stopped_stays_where_it_is(client: MlflowClient) -> None:
    """However much better it is; the reason is told."""
    assert ab("stop", "thin lines").exit_code == 0

    refused = ab("promote")

    assert isinstance(refused.exception, GateFailed)
    assert "thin lines" in str(refused.exception)
    assert stages(client) == {1: "Production", 2: "Staging"}


@pytest.mark.long
def test_a_better_challenger_that_fails_a_gate_stays_where_it_is(client: MlflowClient) -> None:
    """What an experiment says is one thing, and what was measured of held-out images another."""
    run = list_versions(client, OPTIMIZER)[1].run_id
    client.log_metric(run, "attainment", 0.1)

    refused = ab("promote")

    assert isinstance(refused.exception, GateFailed)
    assert "attainment" in str(refused.exception)
    assert stages(client) == {1: "Production", 2: "Staging"}
