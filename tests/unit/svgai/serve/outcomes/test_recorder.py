"""What is on the path of a request: it never fails, and loses nothing without saying so."""

import logging
from pathlib import Path

import pytest
from prometheus_client import CollectorRegistry

from svgai.outcomes.spool import Spool
from svgai.serve.monitoring.metrics import PrometheusMetrics
from svgai.serve.outcomes.recorder import NoRecorder, SpoolingRecorder
from svgai.stages import recorded
from tests.fakes.outcomes import outcome


def test_a_record_is_in_the_spool_at_once(tmp_path: Path) -> None:
    """Before its request is answered."""
    spool = Spool(tmp_path, 1_000_000)
    SpoolingRecorder(spool, PrometheusMetrics(CollectorRegistry())).record(outcome("one"))
    assert spool.holds("one")


def test_keeping_is_a_stage_of_the_request(tmp_path: Path) -> None:
    """Also where there is no room."""
    with recorded() as stages:
        for room in (1_000_000, 0):
            SpoolingRecorder(Spool(tmp_path, room), PrometheusMetrics(CollectorRegistry())).record(outcome("one"))
    assert [one.name for one in stages] == ["store", "store"]


def test_what_finds_no_room_is_counted(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Every one, and told once. The folder is a file here."""
    (tmp_path / "spool").write_text("")
    registry = CollectorRegistry()
    recorder = SpoolingRecorder(Spool(tmp_path / "spool", 1_000_000), PrometheusMetrics(registry))
    with caplog.at_level(logging.WARNING, "svgai.outcomes"):
        for number in range(3):
            recorder.record(outcome(str(number)))
    assert registry.get_sample_value("svgai_outcomes_dropped_total") == 3
    assert [record.message for record in caplog.records] == ["outcomes are lost"]


def test_nothing_is_kept_where_nothing_is_to_be() -> None:
    """QUALITY_TRACKING_ENABLED=false."""
    NoRecorder().record(outcome("one"))
