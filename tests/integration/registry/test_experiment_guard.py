"""From rows of a quality database to a version in MLflow: a challenger that breaks a guardrail is stopped."""

from datetime import timedelta
from pathlib import Path

import pytest
from mlflow import MlflowClient

from commands.served.experiment_guard import guard_here
from registry.mlflow_store.promotion_log import Actor
from registry.mlflow_store.stages import LiveStage
from registry.mlflow_store.versions import OPTIMIZER, list_versions
from registry.promotion.moves import promote
from registry.training_runs.tracking import log_training
from svgai.arms import Experiment
from svgai.outcomes.experiments import Experiments
from svgai.outcomes.outcome import now, shadowed_id
from svgai.outcomes.quality_database import QualityDatabase
from svgai.settings import Settings
from tests.fakes.fake_registry import gates_that_refuse
from tests.fakes.outcomes import outcome
from tests.integration.servers.trained_folders import train
from tests.marks import MLFLOW_WARNINGS

pytestmark = [
    pytest.mark.integration,
    *MLFLOW_WARNINGS,
]

SHADOW = Experiment("classifier:1,optimizer:1", "classifier:1,optimizer:2", "shadow", 1.0)
PAIRS = 200


def test_a_challenger_that_does_harm_leaves_staging(registry: MlflowClient, tmp_path: Path) -> None:
    """In one look: off in the database, archived in MLflow, with the figures as reason; before that nothing."""
    _promote(registry, tmp_path, 1, "Production")
    _promote(registry, tmp_path, 2, "Staging")
    url = f"sqlite:///{tmp_path / 'quality.db'}"
    database = QualityDatabase(url)
    database.migrate()
    experiments = Experiments(database)
    experiments.begin(SHADOW)
    said: list[str] = []
    guard = guard_here(Settings(quality_db_url=url, mlflow_tracking_uri=registry.tracking_uri), said.append)
    guard.look()
    assert said == []

    for number in range(PAIRS):
        _write_pair(database, number, met=number % 5 != 0)
    guard.look()

    (stopped,) = experiments.stopped()
    assert (stopped.reason or "").startswith("attainment fell by 0.2")
    version = list_versions(registry, OPTIMIZER)[1]
    assert (version.stage, version.aliases) == ("Archived", ())
    assert f"the experiment {SHADOW.name} was stopped: {stopped.reason}" in version.description
    assert list_versions(registry, OPTIMIZER)[0].stage == "Production"
    assert len(said) == 2
    guard.look()
    assert len(said) == 2
    database.close()


def _promote(client: MlflowClient, folder: Path, number: int, to: LiveStage) -> None:
    log_training(train("optimizer", folder / f"optimizer{number}", seed=number), client.tracking_uri)
    promote(client, OPTIMIZER, number, to=to, actor=Actor(by="ann", via="cli"), judge=gates_that_refuse())


def _write_pair(database: QualityDatabase, number: int, *, met: bool) -> None:
    common = {"image_sha256": f"{number:064x}", "experiment": SHADOW.name, "seconds": {"processor": 0.2}}
    name, later = f"{number:032x}", now() + timedelta(seconds=1)
    champion = outcome(name, arm="champion", **common, created_at=later)
    challenger = outcome(shadowed_id(name), arm="challenger", **common, created_at=later, met=met)
    database.write([champion, challenger])
