"""Benchmarks of the really served service."""

from pathlib import Path

import pytest

from loadtests.benchmarks.memory import measure_start
from svgai.errors import SvgAiError
from tests.integration.servers.served import ROOT

pytestmark = pytest.mark.integration


@pytest.fixture
def log(clean_environment: Path, models_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the service logs to, which runs in the working tree with small models."""
    monkeypatch.setenv("MODEL_DIR", str(models_folder))
    monkeypatch.setenv("BENTOML_HOME", str(clean_environment / "bentoml"))
    monkeypatch.chdir(ROOT)
    return clean_environment / "service.log"


def test_a_start_is_timed_whatever_the_form_of_the_log(log: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Loading the models is a part of it."""
    monkeypatch.setenv("LOG_FORMAT", "text")
    found = measure_start(log, 1, lambda _done, _total: None)
    assert 0 < found.models_s < found.ready_s == found.slowest_ready_s


@pytest.mark.long
def test_a_start_without_models_is_none_to_measure(log: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is ready sooner, and for less."""
    monkeypatch.setenv("AI_ENHANCED", "false")
    with pytest.raises(SvgAiError, match="without models"):
        measure_start(log, 1, lambda _done, _total: None)
