"""How results are shown to a person."""

import re
from datetime import UTC, datetime
from pathlib import Path

import pandas as pd
import pytest

from commands.delivery.watcher_life import WatcherLife
from commands.terminal.console import Console
from commands.terminal.shown_results import show_evaluation, show_models, show_settings, show_tracing, show_watcher
from evaluation.report.evaluation_figures import Evaluation
from evaluation.report.tracing_figures import TracingEvaluation
from registry.mlflow_store.promotion_log import RecordedVerdict
from registry.promotion.status import ModelStatus, VersionStatus
from svgai.settings import Settings
from svgai.trace.parameters import TracingParameters

NOON = datetime(2026, 1, 2, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def wide(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tables are not cut, however wide the terminal of the tests is."""
    monkeypatch.setenv("COLUMNS", "200")


def words(text: str) -> str:
    """Text without the frames and line breaks of tables."""
    return re.sub(r"[\s│┃|]+", " ", text)


def test_an_evaluation_shows_methods_types_and_what_was_skipped(capsys: pytest.CaptureFixture[str]) -> None:
    """And how often the classifier is right, where there are labels."""
    row: dict[str, object] = {"image": "x", "brand": "x", "type": "text", "predicted_type": "text"}
    row |= {"probabilities": (0.1, 0.7, 0.1, 0.1)}
    row |= {"asked": "0.9", "target": 0.9, "method": "ours", "ssim": 0.95, "worst": 0.8, "edge_ssim": 0.9}
    row |= {"delta_e": 1.0, "bytes": 100, "paths": 2, "met": True, "seconds": 0.1, "trials": 1}
    row |= {"judge_ssim": 0.97, "judge_butteraugli": float("nan"), "judge_edge": 0.25}
    rows = [row, row | {"method": "default", "bytes": 250, "ssim": 0.875}]
    show_evaluation(Console(), Evaluation(pd.DataFrame(rows), (("bad[1].png", "damaged"),), ()))
    shown = words(capsys.readouterr().err)
    assert "0.9 ours 1 0.95 0.8 1 100 0.4 - 0.1 0.1 1" in shown
    assert "0.9 text default 1 1 0.875 0.8 1 250 1 -" in shown
    assert "0.9 all default 1 0.875 0.8 0.8 250 0.97 0.25 0.25 0.1" in shown
    assert "butteraugli is not installed" in shown
    assert "in no more bytes than VTracer's defaults, on 1 images: ssim 0.950 against 0.875" in shown
    assert "the classifier is right on 100.0% of the labelled images (recall: text 1.000)" in shown
    assert "its calibration error is 0.300" in shown
    assert "skipped bad[1].png: damaged" in shown


def test_figures_of_tracing_show_goals_and_flat_fills(capsys: pytest.CaptureFixture[str]) -> None:
    """By type and method, with the chosen setting, whether the goals are met, and what was skipped."""
    row = {"image": "x", "type": "text", "method": "ours", "setting": "", "ssim": 0.96, "worst": 0.8}
    row |= {"edge_ssim": 0.9, "delta_e": 1.5, "bytes": 3500, "paths": 2, "seconds": 0.125}
    table = pd.DataFrame([row, row | {"method": "flat fills", "setting": "x2, 8 colours"}])
    flat = {"x2, 8 colours": TracingParameters(colour_models="none")}
    show_tracing(Console(), TracingEvaluation(table, TracingParameters(), flat, (("bad[1].png", "damaged"),), ()))
    shown = words(capsys.readouterr().err)
    assert "text ours 1 0.96 0.8 0.9 1.5 3.5 3500 2 125 125" in shown
    assert "text x2, 8 colours" in shown
    assert "text 0.96 0.95 1.5 2 3.5 7 yes" in shown
    assert "skipped bad[1].png: damaged" in shown


def test_settings_tell_where_they_come_from(
    clean_environment: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each beside its value; keys are never shown."""
    assert clean_environment.is_dir()
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.setenv("API_KEYS", "topsecret")
    monkeypatch.setenv("MAX_PIXELS", "5")
    sources = dict.fromkeys(Settings.model_fields, "default") | {"max_pixels": "environment"}
    show_settings(Console(), Settings(), sources)
    shown = words(capsys.readouterr().err)
    assert "MAX_PIXELS 5 environment" in shown
    assert "MAX_CONCURRENCY 64 default" in shown
    assert "topsecret" not in shown


def test_versions_show_what_the_gates_said_and_where_they_serve(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """And of all figures those that decide most."""
    monkeypatch.setenv("COLUMNS", "300")
    refused = RecordedVerdict(passed=False, target="Production", by="ann", reasons=("too slow", "too large"))
    metrics = {"loss": 0.5, "attainment": 0.75, "log_bytes_regret": 0.25}
    versions = (
        VersionStatus(1, "Production", (), metrics, NOON, "ann", NOON, None, "r", "", "", "http://127.0.0.1:3000"),
        VersionStatus(2, "None", (), {}, NOON, "", None, refused, "r", "", ""),
    )
    show_models(Console(), [ModelStatus("svgai-optimizer", versions)])
    shown = words(capsys.readouterr().err)
    assert "not asked attainment 0.750, log_bytes_regret 0.250 http://127.0.0.1:3000" in shown
    assert "refused: 2 reasons" in shown
    assert "loss" not in shown


def test_a_watcher_is_alive_or_not(capsys: pytest.CaptureFixture[str]) -> None:
    """With the time of its last look, and what was in its way; that there was none is said, too."""
    dead = WatcherLife(pid=2**22 + 1, started=0, every_s=5, looked=NOON, fault="no [server]")
    for watcher in (None, dead):
        show_watcher(Console(), watcher)
    shown = words(capsys.readouterr().err)
    assert "no watcher has run in this folder yet" in shown
    assert "no watcher is alive" in shown
    assert "last check at 2026-01-02 12:00:00 UTC, failed: no [server]" in shown
