"""MLflow's pages do what docs/promoting-models.md says: the effects of clicks, read back from the server."""

from pathlib import Path

import pytest
from mlflow import MlflowClient
from playwright.sync_api import Page

from registry.mlflow_store.versions import CLASSIFIER, list_versions
from registry.training_runs.tracking import log_training
from tests.integration.servers.mlflow_pages import MlflowPages
from tests.integration.servers.trained_folders import train
from tests.marks import MLFLOW_WARNINGS

pytestmark = [
    pytest.mark.integration,
    *MLFLOW_WARNINGS,
]


@pytest.fixture
def two_versions(registry: MlflowClient, tmp_path: Path) -> MlflowClient:
    """A server with two versions of the classifier."""
    for seed in (0, 1):
        log_training(train("classifier", tmp_path / str(seed), seed=seed), registry.tracking_uri)
    return registry


@pytest.fixture
def pages(browser_page: Page, two_versions: MlflowClient) -> MlflowPages:
    return MlflowPages(browser_page, two_versions.tracking_uri)


def stages(client: MlflowClient) -> dict[int, str]:
    return {version.number: version.stage for version in list_versions(client, CLASSIFIER)}


def aliases(client: MlflowClient) -> dict[str, int]:
    return {alias: version.number for version in list_versions(client, CLASSIFIER) for alias in version.aliases}


def test_a_stage_is_given_by_click_and_leaves_the_other_version_there(
    pages: MlflowPages, two_versions: MlflowClient
) -> None:
    """The box that archives is not ticked unless someone ticks it, so two versions end in one stage."""
    pages.move_to_stage(CLASSIFIER, 1, "Production")
    pages.move_to_stage(CLASSIFIER, 2, "Production")
    assert stages(two_versions) == {1: "Production", 2: "Production"}


def test_the_ticked_box_archives_the_other_version(pages: MlflowPages, two_versions: MlflowClient) -> None:
    """One version stays in the stage, and the page of the other shows where it went."""
    pages.move_to_stage(CLASSIFIER, 1, "Production")
    pages.move_to_stage(CLASSIFIER, 2, "Production", archive=True)
    assert stages(two_versions) == {1: "Archived", 2: "Production"}
    pages.open_version(CLASSIFIER, 1)
    assert pages.stage() == "Archived"


@pytest.mark.long
def test_an_alias_moves_by_click(pages: MlflowPages, two_versions: MlflowClient) -> None:
    """Also after stages were used, whose pages show no aliases."""
    pages.set_alias(CLASSIFIER, 1, "production")
    assert aliases(two_versions) == {"production": 1}
    pages.move_to_stage(CLASSIFIER, 2, "Staging")
    pages.set_alias(CLASSIFIER, 2, "production")
    assert aliases(two_versions) == {"production": 2}


def test_description_and_tags_are_read_as_the_page_shows_them(pages: MlflowPages, two_versions: MlflowClient) -> None:
    """What someone else writes while the page is open is there when it is opened again."""
    pages.open_version(CLASSIFIER, 2)
    assert pages.description() == ""
    two_versions.update_model_version(CLASSIFIER, "2", "**Refused**: accuracy .1 is below .8")
    two_versions.set_model_version_tag(CLASSIFIER, "2", "verdict", '{"passed": false}')
    pages.open_version(CLASSIFIER, 2)
    assert pages.description() == "Refused: accuracy .1 is below .8"
    assert pages.tags()["verdict"] == '{"passed": false}'


def test_pages_ask_nobody_but_the_server(browser_page: Page, two_versions: MlflowClient) -> None:
    """What the pages fetch comes from the server that they belong to."""
    asked: list[str] = []
    browser_page.on("request", lambda request: asked.append(request.url))
    MlflowPages(browser_page, two_versions.tracking_uri).open_model(CLASSIFIER)
    assert asked
    assert all(url.startswith(two_versions.tracking_uri) for url in asked)
