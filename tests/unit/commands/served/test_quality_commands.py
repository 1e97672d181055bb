"""`svgai quality`: what it does to a store, and what it prints."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from commands.served.quality_commands import quality
from svgai.outcomes.quality_database import QualityDatabase
from svgai.outcomes.tables import REVISION
from tests.fakes.stored_outcomes import filled_database


def printed(*arguments: str) -> Any:
    outcome = CliRunner().invoke(quality, [*arguments, "--json"], catch_exceptions=False)
    assert outcome.exit_code == 0, outcome.output
    return json.loads(outcome.stdout)


@pytest.mark.slow
def test_a_report_and_an_export_are_written(tmp_path: Path) -> None:
    """Of the database that is named."""
    url = filled_database(tmp_path)
    assert printed("report", str(tmp_path / "r.html"), "--url", url)["conversions"] == 4
    assert printed("export", str(tmp_path / "o.parquet"), "--url", url)["conversions"] == 4
    assert (tmp_path / "r.html").is_file()
    assert (tmp_path / "o.parquet").is_file()
    assert printed("export", str(tmp_path / "o.parquet"), "--since", "1h", "--url", url)["conversions"] == 0


def test_what_is_older_is_removed(tmp_path: Path) -> None:
    """What is younger stays."""
    url = filled_database(tmp_path)
    assert printed("prune", "--older-than", "5000w", "--url", url)["removed"] == 0
    assert printed("prune", "--older-than", "1h", "--url", url)["removed"] == 4


def test_tables_are_made_and_taken_back(tmp_path: Path) -> None:
    """It says from what to what."""
    url = f"sqlite:///{tmp_path / 'new.db'}"
    assert printed("migrate", "--url", url) == {"before": None, "after": REVISION}
    assert printed("migrate", "--to", "base", "--url", url) == {"before": REVISION, "after": None}
    QualityDatabase(url).close()


@pytest.mark.usefixtures("clean_environment")
def test_the_setting_names_the_database(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Where none is given."""
    monkeypatch.setenv("QUALITY_TRACKING_DB", filled_database(tmp_path))
    assert printed("prune", "--older-than", "1h")["removed"] == 4


@pytest.mark.parametrize("arguments", [["prune", "--older-than", "3 months"], ["report", "r.html", "--since", "-1d"]])
def test_what_is_no_age_is_refused(arguments: Sequence[str], tmp_path: Path) -> None:
    """With some that are."""
    outcome = CliRunner().invoke(quality, [*arguments, "--url", filled_database(tmp_path)])
    assert outcome.exit_code == 2
    assert "90d" in outcome.output
