"""From a quality database and models that tell what they learned from to a report and a history of changes."""

import json
from datetime import timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from cli import app
from commands.served.retraining_here import learner_here
from registry.mlflow_store.connection import connect
from registry.mlflow_store.promotion_log import Actor
from registry.mlflow_store.versions import OPTIMIZER, REGISTERED_NAMES
from registry.promotion.moves import promote
from registry.training_runs.tracking import log_training
from svgai.errors import ModelFault
from svgai.model_files.input_reference import CONFIDENCE, TYPE, InputReference
from svgai.outcomes.outcome import Outcome, now
from svgai.outcomes.quality_database import QualityDatabase
from svgai.settings import load_settings
from tests.fakes.fake_registry import gates_that_refuse
from tests.integration.servers.trained_folders import train
from tests.marks import MLFLOW_WARNINGS
from tests.unit.svgai.outcomes.test_drift_watch import images, reference

pytestmark = [
    pytest.mark.integration,
    *MLFLOW_WARNINGS,
]

COUNT = 700


@pytest.fixture
def place(clean_environment: Path, url: str, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty quality database, and no registry yet."""
    monkeypatch.setenv("QUALITY_DB_URL", url)
    monkeypatch.setenv("MLFLOW_TRACKING_URI", f"sqlite:///{clean_environment / 'mlflow.db'}")
    database = QualityDatabase(url)
    database.migrate()
    database.close()
    return clean_environment


def put_into_production(place: Path, reference: InputReference | None) -> None:
    """Both models: the classifier knows types and confidences, the optimizer features."""
    uri = load_settings().mlflow_tracking_uri
    known = {} if reference is None else reference.histograms
    of_types = {name: one for name, one in known.items() if name in {TYPE, CONFIDENCE}}
    for kind, histograms in (("classifier", of_types), ("optimizer", known)):
        inputs = InputReference(histograms=histograms, confidences={"simple": 0.9}) if reference else None
        log_training(train(kind, place / kind, inputs=inputs), uri)  # type: ignore[arg-type]
        name = REGISTERED_NAMES[kind]  # type: ignore[index]
        promote(connect(uri), name, 1, to="Production", actor=Actor(by="ann", via="cli"), judge=gates_that_refuse())


def serve(grain: float) -> None:
    """What a service keeps of images, of the last hours."""
    began = now() - timedelta(hours=2)
    rows: list[Outcome] = [
        one.model_copy(update={"created_at": began + timedelta(seconds=number)})
        for number, one in enumerate(images(COUNT, 1, grain=grain))
    ]
    database = QualityDatabase(load_settings().quality_db_url)
    database.write(rows)
    database.close()


def command(*arguments: str) -> Result:
    return CliRunner().invoke(app, list(arguments))


def test_a_report_names_and_draws_what_has_changed(place: Path) -> None:
    """One feature of forty; with the classifier's accuracy, estimated without labels."""
    put_into_production(place, reference())
    serve(grain=0.4)
    told = json.loads(command("drift", "report", "drift.html", "--json").stdout)
    assert told["images"] == COUNT
    assert [one["name"] for one in told["features"] if one["certain"]] == ["grain"]
    assert {one["type"]: one["reference"] for one in told["accuracies"]}["simple"] == 0.9
    page = (place / "drift.html").read_text()
    assert "grain" in page
    assert "data:image/png;base64," in page
    assert "1 of 38 features changed" in command("drift", "report").output
    # Nothing is of the last hour.
    assert json.loads(command("drift", "report", "--since", "1h", "--json").stdout)["images"] == 0


def test_a_change_is_an_event_of_the_history_once(place: Path) -> None:
    """Written by the watcher on the optimizer in Production; nothing is trained within a day of the last training."""
    put_into_production(place, reference())
    said: list[str] = []
    serve(grain=0.0)
    learner_here(load_settings(), said.append).look()
    assert said == []

    database = QualityDatabase(load_settings().quality_db_url)
    database.prune(now())
    database.close()
    serve(grain=0.4)
    for _ in range(2):
        learner_here(load_settings(), said.append).look()
    assert said == ["the images have changed: grain"]
    events = json.loads(command("history", "optimizer", "--json").stdout)
    (drift,) = (event for event in events if event["action"] == "drift")
    assert (drift["name"], drift["version"], drift["note"], drift["by"]) == (OPTIMIZER, 1, "grain", "the watcher")
    shown = command("history", "optimizer").output
    assert "drift" in shown
    assert " at " not in shown  # nothing was deployed


def test_models_that_tell_nothing_have_nothing_to_compare(place: Path) -> None:
    """The command says what to do; the watcher has nothing to say."""
    put_into_production(place, None)
    serve(grain=0.4)
    refused = command("drift", "report")
    assert isinstance(refused.exception, ModelFault)
    said: list[str] = []
    learner_here(load_settings(), said.append).look()
    assert said == []
