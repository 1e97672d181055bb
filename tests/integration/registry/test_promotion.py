"""From a click in MLflow's pages to the answer of a client: real MLflow, Chromium, watcher, Bentos and nginx."""

import json
import signal
import subprocess
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page

from loadtests.servers.traffic import Outcome
from tests.integration.servers.mlflow_pages import MlflowPages
from tests.integration.servers.promotion_place import Place, promotion_place
from tests.marks import MLFLOW_WARNINGS

pytestmark = [
    pytest.mark.integration,
    pytest.mark.long,
    pytest.mark.alone,
    *MLFLOW_WARNINGS,
]

NAME = "svgai-classifier"


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    with promotion_place(tmp_path) as made:
        yield made


def click(place: Place, version: int, stage: str = "Production", *, archive: bool = False) -> None:
    """The request that MLflow's page sends."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)
        place.client.transition_model_version_stage(NAME, str(version), stage, archive_existing_versions=archive)


def failed(outcomes: list[Outcome]) -> list[Outcome]:
    assert len(outcomes) > 50
    return [outcome for outcome in outcomes if not outcome.ok]


def test_a_person_clicks_and_the_right_bento_serves(place: Place, browser_page: Page) -> None:
    """By stage, by alias and back again, without a failed request; and what the gates refuse is undone."""
    place.watch()
    place.wait_until_served(1)
    place.wait_until_settled()
    pages = MlflowPages(browser_page, place.mlflow.uri)
    with place.load() as outcomes:
        pages.move_to_stage(NAME, 2, "Production")
        place.wait_until_served(2)
        place.wait_until_settled()
        assert place.stages() == {1: "Archived", 2: "Production", 3: "None"}
        pages.open_version(NAME, 2)
        assert "gates passed" in pages.description()
        assert f"serves at {place.url}" in pages.description()

        pages.set_alias(NAME, 3, "production")
        place.wait_until_served(3)
        place.wait_until_settled()
        assert place.stages() == {1: "Archived", 2: "Archived", 3: "Production"}

        place.svgai("rollback")
        assert place.served() == 2
        assert place.stages() == {1: "Archived", 2: "Production", 3: "Archived"}

        refused = place.train(4, accuracy=0.5)
        pages.move_to_stage(NAME, refused, "Production", archive=True)
        place.wait_until_said("did not pass its gates")
        place.wait_until(lambda: place.stages()[2] == "Production", "version 2 does not come back")
        assert place.stages()[refused] == "None"
        pages.open_version(NAME, refused)
        assert "accuracy 0.5000 is below the minimum" in pages.description()
        assert place.served() == 2
    assert failed(outcomes) == []
    told = [(event["action"], event["version"], event["via"]) for event in json.loads(place.svgai("history", "--json"))]
    assert ("promote", 2, "mlflow") in told
    assert ("promote", 3, "mlflow") in told
    assert ("rollback", 2, "cli") in told
    assert ("refuse", refused, "watcher") in told
    assert ("deploy", 3, "watcher") in told


def test_two_people_promote_at_once(place: Place) -> None:
    """One version serves in the end, and the other says which one came in its place."""
    place.watch()
    place.wait_until_served(1)
    place.wait_until_settled()
    place.end_watcher()
    click(place, 2, archive=True)
    click(place, 3)
    place.watch()
    place.wait_until_served(3)
    assert place.stages() == {1: "Archived", 2: "None", 3: "Production"}
    assert "version 3 was promoted" in place.description(2)
    assert place.client.get_registered_model(NAME).aliases == {"production": "3"}


PHASES = ("was promoted to Production", "is in Production", "found svgai", "passed the smoke test", "has taken over")


def test_a_watcher_that_is_killed_anywhere_goes_on_when_it_is_started_again(place: Place) -> None:
    """With kill -9 in every phase of a promotion, and without a failed request."""
    place.watch()
    place.wait_until_served(1)
    place.wait_until_settled()
    with place.load() as outcomes:
        for turn, words in enumerate(PHASES):
            version = (2, 3)[turn % 2]
            before = place.said().count(words)
            click(place, version, archive=bool(turn % 2))
            place.wait_until_said(words, before + 1)
            place.end_watcher(signal.SIGKILL)
            place.watch()
            place.wait_until_served(version)
            place.wait_until_settled()
            assert [number for number, stage in place.stages().items() if stage == "Production"] == [version]
            assert place.client.get_registered_model(NAME).aliases == {"production": str(version)}
    assert failed(outcomes) == []


def test_a_registry_that_goes_away_is_waited_for(place: Place) -> None:
    """What serves goes on; a promotion after its return is seen."""
    place.watch()
    place.wait_until_served(1)
    place.wait_until_settled()
    with place.load() as outcomes:
        place.mlflow.stop()
        place.wait_until_said("trying again in")
        place.mlflow.start()
        place.wait_until_said("the registry answers again")
        click(place, 2)
        place.wait_until_served(2)
    assert failed(outcomes) == []


def test_two_watchers_and_a_command_do_not_get_in_each_others_way(place: Place) -> None:
    """All look at the same registry and the same deployment."""
    place.watch()
    place.wait_until_served(1)
    second = subprocess.Popen(place.watcher.args, cwd=place.project, env=place.environment)  # type: ignore[union-attr]
    try:
        place.svgai("promote", "classifier", "--version", "2")
        place.wait_until_served(2)
        place.wait_until_settled()
        click(place, 3)
        place.wait_until_served(3)
        place.wait_until_settled()
    finally:
        second.terminate()
        second.wait(60)
    assert place.stages() == {1: "Archived", 2: "Archived", 3: "Production"}
