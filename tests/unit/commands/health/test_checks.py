"""All checks together."""

import re
from pathlib import Path

import pytest
import typer.main

import commands.health
from cli import app
from commands.health.checks import health
from commands.health.setting_report import report_on_settings

ROOT = Path(__file__).parents[4]
SOURCES = list(Path(commands.health.__file__).parent.glob("*.py"))


@pytest.mark.slow
def test_a_check_that_cannot_be_made_stops_no_other(clean_environment: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is a finding itself, as where the state of a deployment is damaged."""
    monkeypatch.setenv("BENTOML_HOME", str(clean_environment / "bentoml"))
    (clean_environment / ".svgai/deployment").mkdir(parents=True)
    (clean_environment / ".svgai/deployment/state.json").write_text("{")
    found = {one.check: one for one in health(report_on_settings(), clean_environment)}
    assert found["deployment"].state == "fault"
    assert found["deployment"].told.startswith("it cannot be checked: ")
    assert {"environment", "GPU"} <= found.keys()


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: path.stem)
def test_what_mends_a_fault_exists(source: Path) -> None:
    """Every command that a finding names is one of ours, with the options that it is given."""
    text = source.read_text(encoding="utf-8")
    known = typer.main.get_command(app).commands  # type: ignore[attr-defined]
    for name, options in re.findall(r"\bsvgai ([a-z]+)((?: --[a-z]+(?: \d+)?)*)", text):
        assert name in known, f"svgai {name}"
        flags = {flag for option in known[name].params for flag in option.opts}
        assert set(re.findall(r"--[a-z]+", options)) <= flags, f"svgai {name}{options}"
    targets = re.search(r"^\.PHONY: (.+)$", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    assert targets
    assert set(re.findall(r"\bmake (serve|mlflow|[a-z]+(?= PORT))", text)) <= set(targets[1].split())
