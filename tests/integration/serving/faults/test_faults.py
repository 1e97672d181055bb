"""Faults brought upon a really served service under load, those that take seconds; the benchmark has them all."""

from pathlib import Path

import pytest

from loadtests.benchmarks.takeover import mixed
from loadtests.faults.catalogue import FAULTS
from loadtests.faults.drill import run_drills
from svgai.decode.pixels import encode_png
from svgai.model_files.model_pair import ModelSource
from tests.fakes.tiny_models import drawn_logo
from tests.integration.servers.served import ROOT

pytestmark = [pytest.mark.integration, pytest.mark.alone]

SHORT = (
    "worker killed",
    "worker stopped (SIGSTOP)",
    "conversion process killed",
    "decode process killed",
    "fork server killed",
    "fork server stopped (SIGSTOP), all conversion processes killed",
    "supervisor stopped (SIGSTOP), the worker killed 3 s later",
    "model files removed, a conversion process killed",
)


@pytest.mark.parametrize("name", SHORT)
def test_a_fault_ends_by_itself(
    name: str, clean_environment: Path, models_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What failed may be asked for again, the service is ready, and nothing counts as in hand."""
    monkeypatch.setenv("BENTOML_HOME", str(clean_environment / "bentoml"))
    monkeypatch.chdir(ROOT)
    log = clean_environment / "service.log"
    images = [encode_png(drawn_logo(seed)) for seed in range(10)]
    models = ModelSource(models_folder, models_folder)
    chosen = [fault for fault in FAULTS if fault.name == name]
    (drill,) = run_drills(chosen, models, lambda url: mixed(url, images), 20, log, lambda _done, _of: None)
    # Within what time is for the benchmark to say, on a machine that does nothing else.
    assert drill.recovered, f"{drill}\n{log.read_text()[-4000:]}"
