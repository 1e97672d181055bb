"""Registries that have grown, and words of people in them, on both databases that MLflow is run with."""

import logging
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, cast

import pytest
from mlflow import MlflowClient

from registry.gates.judgement import Gates
from registry.gates.thresholds import load_thresholds
from registry.mlflow_store.connection import connect
from registry.mlflow_store.promotion_log import Actor
from registry.mlflow_store.versions import CLASSIFIER, list_versions
from registry.promotion.moves import Promotion, promote, rollback
from registry.promotion.settlement import settle
from registry.promotion.status import status
from registry.training_runs.tracking import LoggedVersion, log_training
from tests.integration.servers.team_server import ADMIN_PASSWORD, TeamServer
from tests.integration.servers.trained_folders import CONTRACT, train
from tests.marks import MLFLOW_WARNINGS

logger = logging.getLogger(__name__)

pytestmark = [
    pytest.mark.integration,
    pytest.mark.long,
    *MLFLOW_WARNINGS,
]

MANY = 250
MOST_CALLS = 6
"""Of `status`: each model, and its versions; the experiments, and the runs of all versions."""
WORDS = "Größer, schärfer: 新しい 🎨\n\nÀ voir… nach dem «Fest»"
"""Of two paragraphs, beyond the basic plane and with signs of print."""


@pytest.fixture(params=["sqlite", "postgresql"])
def client(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[MlflowClient]:
    """Of a server without versions of the classifier; the one with PostgreSQL is a team's."""
    if request.param == "sqlite":
        registry: MlflowClient = request.getfixturevalue("registry")
        yield registry
        return
    server: TeamServer = request.getfixturevalue("team_server")
    monkeypatch.setenv("MLFLOW_TRACKING_USERNAME", "admin")
    monkeypatch.setenv("MLFLOW_TRACKING_PASSWORD", ADMIN_PASSWORD)
    made = connect(server.uri)
    yield made
    made.delete_registered_model(CLASSIFIER)


def logged(client: MlflowClient, folder: Path, seed: int) -> LoggedVersion:
    return log_training(train("classifier", folder / f"run-{seed}", seed=seed), client.tracking_uri)


def promoted(client: MlflowClient, version: int | None = None) -> Promotion:
    judge = Gates(client, load_thresholds(), CONTRACT)
    return promote(client, CLASSIFIER, version, to="Production", actor=Actor(by="Jürgen", via="cli"), judge=judge)


class Counted:
    """A client whose calls are counted."""

    def __init__(self, client: MlflowClient) -> None:
        self._client, self.calls = client, 0

    def __getattr__(self, name: str) -> Callable[..., Any]:
        called = getattr(self._client, name)

        def count(*arguments: Any, **named: Any) -> Any:
            self.calls += 1
            return called(*arguments, **named)

        return count


def standing(client: MlflowClient) -> dict[int, tuple[str, tuple[str, ...]]]:
    """Stage and aliases of the versions that have one of them, as `svgai status` tells in few calls."""
    counted = Counted(client)
    (classifier, _) = status(cast(MlflowClient, counted))
    assert counted.calls <= MOST_CALLS
    assert all("accuracy" in version.metrics for version in classifier.versions)
    assert [version.number for version in classifier.versions] == list(range(1, MANY + 1))
    return {v.number: (v.stage, v.aliases) for v in classifier.versions if v.stage != "None" or v.aliases}


def test_the_first_of_many_versions_is_found_by_its_alias(client: MlflowClient, tmp_path: Path) -> None:
    """A person gives it the alias: it is taken over, shown, replaced by the newest and rolled back to."""
    run = client.get_run(logged(client, tmp_path, 1).run_id).info
    for _ in range(MANY - 2):
        client.create_model_version(CLASSIFIER, f"{run.artifact_uri}/serving", run.run_id)
    assert logged(client, tmp_path, 2).version == MANY
    client.set_registered_model_alias(CLASSIFIER, "production", "1")
    settle(client, CLASSIFIER, Gates(client, load_thresholds(), CONTRACT), logger.info)
    began = time.monotonic()
    assert standing(client) == {1: ("Production", ("production",))}
    logger.info("status of %d versions in %.1f s", MANY, time.monotonic() - began)
    done = promoted(client)
    assert (done.version, done.replaced) == (MANY, 1)
    assert standing(client) == {1: ("Archived", ()), MANY: ("Production", ("production",))}
    assert rollback(client, CLASSIFIER, actor=Actor(by="Jürgen", via="cli")).version == 1
    assert standing(client) == {1: ("Production", ("production",)), MANY: ("Archived", ())}


def test_what_people_wrote_is_kept(client: MlflowClient, tmp_path: Path) -> None:
    """Through promotions, a replacement and a rollback their words stay in front, and their names in the log."""
    for seed in (1, 2):
        logged(client, tmp_path, seed)
        client.update_model_version(CLASSIFIER, str(seed), f"{WORDS} {seed}")
        promoted(client, seed)
    rollback(client, CLASSIFIER, actor=Actor(by="Jürgen", via="cli"))
    for version in list_versions(client, CLASSIFIER):
        assert version.description.startswith(f"{WORDS} {version.number}\n\n")
        assert {entry.by for entry in version.transitions} == {"Jürgen"}
        assert "Jürgen: promote Staging -> Production" in version.description
