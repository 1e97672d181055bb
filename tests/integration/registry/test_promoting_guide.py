"""
docs/promoting-models.md, walked through in MLflow's pages with the watcher's own steps in between.

With SVGAI_SCREENSHOTS=docs/images/promoting it makes the pictures of that page anew.
"""

import os
import re
from pathlib import Path

import pytest
from mlflow import MlflowClient
from playwright.sync_api import Page

from registry.gates.judgement import Gates
from registry.gates.thresholds import load_thresholds
from registry.mlflow_store.versions import CLASSIFIER, list_versions
from registry.promotion.settlement import settle
from registry.training_runs.tracking import log_training
from tests.integration.servers.mlflow_pages import MlflowPages
from tests.integration.servers.trained_folders import CONTRACT, train
from tests.marks import MLFLOW_WARNINGS

GUIDE = Path(__file__).parents[3] / "docs/promoting-models.md"

pytestmark = [
    pytest.mark.integration,
    *MLFLOW_WARNINGS,
]


@pytest.fixture
def screenshots(tmp_path: Path) -> Path:
    """Where pictures are kept: in the folder that SVGAI_SCREENSHOTS names, or nowhere for long."""
    return Path(os.environ.get("SVGAI_SCREENSHOTS") or tmp_path / "pictures")


def standing(client: MlflowClient) -> dict[int, tuple[str, tuple[str, ...]]]:
    """Stage and aliases by version."""
    return {version.number: (version.stage, version.aliases) for version in list_versions(client, CLASSIFIER)}


@pytest.mark.long
def test_the_guide_from_its_first_step_to_its_last(
    browser_page: Page, registry: MlflowClient, tmp_path: Path, screenshots: Path
) -> None:
    """By stage, by alias and what is refused; each picture of the guide is made on the way, and no other."""
    for number, accuracy in ((1, 0.9), (2, 0.91), (3, 0.92), (4, 0.5)):
        folder = train("classifier", tmp_path / str(number), seed=number, accuracy=accuracy)
        log_training(folder, registry.tracking_uri)
    said: list[str] = []

    def watcher_looks() -> None:
        settle(registry, CLASSIFIER, Gates(registry, load_thresholds(), CONTRACT), said.append)

    unseen = MlflowPages(browser_page, registry.tracking_uri)
    unseen.move_to_stage(CLASSIFIER, 1, "Production")
    watcher_looks()
    unseen.use_aliases()

    pages = MlflowPages(browser_page, registry.tracking_uri, screenshots)
    pages.move_to_stage(CLASSIFIER, 2, "Production")
    watcher_looks()
    assert standing(registry)[1] == ("Archived", ())
    assert standing(registry)[2] == ("Production", ("production",))
    unseen.open_version(CLASSIFIER, 2)
    pages.picture("passed")
    assert "gates passed" in pages.description()

    pages.set_alias(CLASSIFIER, 3, "production")
    watcher_looks()
    assert standing(registry)[2] == ("Archived", ())
    assert standing(registry)[3] == ("Production", ("production",))
    pages.open_model(CLASSIFIER)
    pages.picture("model")

    unseen.move_to_stage(CLASSIFIER, 4, "Production", archive=True)
    watcher_looks()
    assert standing(registry)[3] == ("Production", ("production",))
    assert standing(registry)[4] == ("None", ())
    unseen.open_version(CLASSIFIER, 4)
    pages.picture("refused")
    assert "accuracy 0.5000 is below the minimum" in pages.description()
    assert said[-1].startswith("svgai-classifier version 4 did not pass its gates")

    shown = set(re.findall(r"\(images/promoting/([a-z-]+\.png)\)", GUIDE.read_text(encoding="utf-8")))
    assert shown == {file.name for file in screenshots.glob("*.png")}
