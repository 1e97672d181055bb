"""`svgai ab` on a quality database in a file; promotions are refused before a registry is asked."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from typer.testing import CliRunner, Result

from commands.served.ab_commands import ab
from svgai.arms import Experiment
from svgai.errors import GateFailed, QualityStoreFault
from svgai.outcomes.experiments import Experiments
from svgai.outcomes.outcome import now, shadowed_id
from svgai.outcomes.quality_database import QualityDatabase
from tests.fakes.outcomes import outcome

pytestmark = pytest.mark.slow

SHADOW = Experiment("classifier:1,optimizer:2", "classifier:1,optimizer:3", "shadow", 1.0)
EARLIER = Experiment("classifier:1,optimizer:1", "classifier:1,optimizer:2", "split", 0.1)
PAIRS = 120


@pytest.fixture
def database(clean_environment: Path, monkeypatch: pytest.MonkeyPatch) -> QualityDatabase:
    """That of the settings, with an experiment of 120 pairs whose challenger's answers are smaller."""
    url = f"sqlite:///{clean_environment / 'quality.db'}"
    monkeypatch.setenv("QUALITY_DB_URL", url)
    made = QualityDatabase(url)
    made.migrate()
    experiments = Experiments(made)
    experiments.begin(EARLIER)
    experiments.begin(SHADOW)
    for number in range(PAIRS):
        _write_pair(made, number, share=0.7 + 0.2 * (number % 10) / 10)
    return made


def _write_pair(database: QualityDatabase, number: int, share: float) -> None:
    common: dict[str, Any] = {
        "image_sha256": f"{number:064x}",
        "experiment": SHADOW.name,
        "seconds": {"processor": 0.2},
    }
    common["created_at"] = now() + timedelta(seconds=number)
    name = f"{number:032x}"
    champion = outcome(name, arm="champion", **common)
    database.write([champion, outcome(shadowed_id(name), **common, arm="challenger", bytes=round(1000 * share))])


def _run(*arguments: str) -> Result:
    return CliRunner().invoke(ab, arguments)


def test_the_report_says_what_the_challenger_changes(database: QualityDatabase, tmp_path: Path) -> None:
    """Of the experiment that began last, as text or for machines, and as a picture where one is asked for."""
    picture = tmp_path / "ab.png"
    shown = _run("report", "--picture", str(picture))
    assert shown.exit_code == 0
    for words in ("optimizer-3-against-2.shadow-1", "bytes", "verdict: better", "120 pairs"):
        assert words in shown.stderr

    told = json.loads(_run("report", "--json").stdout)

    assert (told["verdict"], told["items"], told["guardrail_broken"]) == ("better", PAIRS, "")
    effect = told["effects"]["bytes"]
    assert -0.3 < effect["low"] < effect["estimate"] < effect["high"] < -0.1
    assert told["effects"]["rating"]["estimate"] is None
    with Image.open(picture) as opened:
        assert opened.width > 1000
    database.close()


def test_an_experiment_is_named(database: QualityDatabase) -> None:
    """One that nobody knows is a fault that says which there are."""
    told = json.loads(_run("report", "--experiment", EARLIER.name, "--json").stdout)
    assert (told["experiment"], told["verdict"]) == (EARLIER.name, "too few")

    fault = _run("report", "--experiment", "another").exception

    assert isinstance(fault, QualityStoreFault)
    assert f"there are {EARLIER.name}, {SHADOW.name}" in fault.message
    database.close()


def test_one_that_was_stopped_says_why_and_is_not_promoted(database: QualityDatabase) -> None:
    """The reason is in status and report."""
    assert _run("stop", "thin lines").exit_code == 0

    known = {one["name"]: one for one in json.loads(_run("status", "--json").stdout)}
    assert (known[SHADOW.name]["reason"], known[EARLIER.name]["reason"]) == ("thin lines", None)
    assert "thin lines" in _run("status").stderr
    assert json.loads(_run("report", "--json").stdout)["reason"] == "thin lines"
    fault = _run("promote").exception
    assert isinstance(fault, GateFailed)
    assert "thin lines" in fault.message
    database.close()


def test_only_a_better_challenger_is_promoted(database: QualityDatabase) -> None:
    """What the verdict is instead is said."""
    fault = _run("promote", "--experiment", EARLIER.name).exception

    assert isinstance(fault, GateFailed)
    assert "the verdict is: too few" in fault.message
    database.close()


@pytest.mark.usefixtures("clean_environment")
def test_without_an_experiment_it_is_said_what_begins_one(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The setting is named."""
    monkeypatch.setenv("QUALITY_DB_URL", f"sqlite:///{tmp_path / 'quality.db'}")

    fault = _run("report").exception

    assert isinstance(fault, QualityStoreFault)
    assert "AB_TESTING_ENABLED" in fault.message
    assert "none yet" in _run("status").stderr
