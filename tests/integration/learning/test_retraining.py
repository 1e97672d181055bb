"""`svgai retrain` on a quality database and a registry in files: from outcomes to a challenger."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner, Result

from cli import app
from commands.local.local_registry import gates
from commands.served.retraining_here import challenge
from learning.stored_outcomes import count_images
from registry.mlflow_store.connection import connect
from registry.mlflow_store.promotion_log import Actor, read_verdict
from registry.mlflow_store.versions import REGISTERED_NAMES, list_versions
from registry.promotion.moves import promote
from registry.training_runs.tracking import log_training
from svgai.describe.features import FEATURE_NAMES
from svgai.errors import GateFailed
from svgai.outcomes.quality_database import QualityDatabase
from svgai.settings import load_settings
from svgai.trace.parameters import TracingParameters
from tests.fakes.served_images import NOW, converted, tried
from tests.integration.servers.trained_folders import train
from tests.marks import MLFLOW_WARNINGS
from tests.unit.training.fit.test_train_optimizer import TRACINGS, lawful_table
from training.data.dataset_writer import write_dataset
from training.data.measured_logos import MEASURED
from training.search.parameter_search import write_table

pytestmark = [
    pytest.mark.integration,
    *MLFLOW_WARNINGS,
]


@pytest.fixture
def project(clean_environment: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a table of measured tracings, and no registry yet."""
    write_table(lawful_table(), clean_environment / "table.parquet")
    monkeypatch.setenv("MLFLOW_TRACKING_URI", registry_uri(clean_environment))
    return clean_environment


@pytest.fixture
def place(project: Path, url: str, monkeypatch: pytest.MonkeyPatch) -> Path:
    """It with a quality database of 60 images."""
    monkeypatch.setenv("QUALITY_DB_URL", url)
    database = QualityDatabase(url)
    database.migrate()
    draw = np.random.default_rng(1)
    database.write(
        converted(
            f"{number:064x}", [tried(TRACINGS[number % 4])], features=tuple(draw.uniform(0, 1, len(FEATURE_NAMES)))
        )
        for number in range(60)
    )
    assert count_images(database, NOW) == 60
    database.close()
    return project


def registry_uri(place: Path) -> str:
    return f"sqlite:///{place / 'mlflow.db'}"


def retrained(*more: str) -> Result:
    return CliRunner().invoke(app, ["retrain", "--table", "table.parquet", "--rounds", "8", "--json", *more])


@pytest.mark.long
def test_what_was_served_is_learned_and_traced_back(place: Path) -> None:
    """A version with a dataset that tells how much was served, and the rows; gated, and not in Production."""
    outcome = retrained()
    client = connect(registry_uri(place))
    (version,) = list_versions(client, REGISTERED_NAMES["optimizer"])
    run = client.get_run(version.run_id)
    assert run.inputs is not None
    (given,) = run.inputs.dataset_inputs
    assert given.dataset.name == "table_and_served"
    assert {tag.key: tag.value for tag in given.tags}["rows"] == str(80 * 4 + 60)
    assert "of 60 images that were served" in given.dataset.source
    rows = pd.read_parquet(client.download_artifacts(version.run_id, "artifacts/served_rows.parquet"))
    assert sorted(rows["conversion_id"]) == [f"{number:064x}" for number in range(60)]
    assert rows["tracing"].nunique() == 4
    verdict = read_verdict(version.tags)
    assert verdict is not None
    assert (verdict.passed, version.stage) == (False, "None")  # eight rounds are too few
    assert isinstance(outcome.exception, GateFailed)


def test_what_passes_is_a_challenger_and_nothing_more(project: Path) -> None:
    """The one in Production is what it is judged beside, and stays."""
    settings = load_settings()
    name = REGISTERED_NAMES["optimizer"]
    champion, good, poor = (
        log_training(
            train("optimizer", project / f"trained{seed}", seed=seed, attainment=attainment), registry_uri(project)
        )
        for seed, attainment in ((1, 0.9), (2, 0.9), (3, 0.8))
    )
    client = connect(registry_uri(project))
    actor = Actor(by="a test", via="cli")
    promote(client, name, champion.version, to="Production", actor=actor, judge=gates(client))
    assert challenge(settings, good, actor).target == "Staging"
    with pytest.raises(GateFailed, match="attainment"):
        challenge(settings, poor, actor)
    assert [version.stage for version in list_versions(client, name)] == ["Production", "Staging", "None"]


@pytest.mark.usefixtures("place")
def test_nothing_served_is_nothing_learned() -> None:
    """Tracings of no portfolio teach nothing; no version is made."""
    database = QualityDatabase(load_settings().quality_db_url)
    database.prune(NOW.replace(year=2030))
    database.write([converted("a", [tried(TracingParameters(simplify=9.0))])])
    database.close()
    outcome = retrained()
    assert outcome.exit_code != 0
    assert "nothing was served" in str(outcome.exception)


@pytest.mark.long
def test_types_by_people_are_learned(place: Path) -> None:
    """From a list of what was unsure to a classifier that has learned it: gated, and told apart in its lineage."""
    database = QualityDatabase(load_settings().quality_db_url)
    draw = np.random.default_rng(2)
    database.write(
        converted(f"{number:064x}", [], features=tuple(draw.uniform(0, 1, len(FEATURE_NAMES))), confidence=0.3)
        for number in range(100, 108)
    )
    database.close()
    assert json.loads(retrained("--to-label", "unsure.csv").stdout) == {"listed": 8, "file": "unsure.csv"}
    lines = (place / "unsure.csv").read_text().splitlines()
    typed = [line.replace(",,", ",text,", 1) for line in lines[:5]]  # a person did not get to the others
    (place / "unsure.csv").write_text("\n".join([*typed, *lines[5:]]))
    write_dataset(place / "images", 12, 1, 1, lambda *_: None)

    outcome = retrained("--labels", "unsure.csv", "--data", "images")

    assert isinstance(outcome.exception, GateFailed)  # of a hundred images too little can be learned
    joint = pd.read_parquet(place / "models/retrained" / f"{MEASURED.stem}_and_labelled.parquet")
    labelled = joint[joint["image"].str.startswith("served/")]
    assert (len(labelled), set(labelled["kind"])) == (4, {"text"})
    client = connect(registry_uri(place))
    (version,) = list_versions(client, REGISTERED_NAMES["classifier"])
    assert version.stage == "None"
    assert client.get_run(version.run_id).data.params["second_table"].endswith("_and_labelled.parquet")


def test_unsure_images_are_listed(place: Path) -> None:
    """For people; nothing is trained."""
    outcome = retrained("--to-label", "unsure.csv")
    assert json.loads(outcome.stdout) == {"listed": 0, "file": "unsure.csv"}
    assert (place / "unsure.csv").read_text().startswith("image_sha256,type")
