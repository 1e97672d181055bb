"""`svgai loadtest` against the really served service, and how it ends."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.fakes.tiny_models import write_models
from tests.integration.servers.served import INTERRUPTIBLE, ROOT, Served, serving

pytestmark = [pytest.mark.integration, pytest.mark.alone]

PATIENT = "load: {rate: 20, seconds: 4}\nendpoints: {/api/classify: {error_rate: 0, refused_rate: 0}}\n"
LENIENT = "load: {rate: 8, seconds: 6}\nendpoints: {/api/classify: {p99_ms: 60000, error_rate: 0, throughput: 0.01}}\n"
IMPOSSIBLE = "load: {rate: 8, seconds: 4}\nendpoints: {/api/classify: {p50_ms: 0.001}, /api/nothing: {p50_ms: 9}}\n"


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    models = write_models(tmp_path_factory.mktemp("models"))
    with serving(tmp_path_factory.mktemp("service"), MODEL_DIR=str(models), API_KEYS="secret") as served:
        yield served


def command(served: Served, folder: Path, objectives: str, *options: str) -> subprocess.Popen[str]:
    """`svgai loadtest`, started in a folder with these objectives."""
    (folder / "slo.yaml").write_text(objectives)
    svgai = [*INTERRUPTIBLE, sys.executable, "-m", "cli"]
    return subprocess.Popen(
        [*svgai, "loadtest", "--url", str(served.client.base_url), "--slo", "slo.yaml", *options],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT), "API_KEYS": "secret", "COLUMNS": "200"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_a_service_that_keeps_its_objectives_passes(service: Served, tmp_path: Path) -> None:
    """Exit code 0, both reports are written, and every answer was the one that the request is due."""
    run = command(service, tmp_path, LENIENT, "--report", "out/load.html", "--json")
    printed, shown = run.communicate(timeout=120)
    assert run.returncode == 0, printed + shown
    verdict = json.loads(printed)
    assert (verdict["breaches"], verdict["stopped"], verdict["figures"]["faults"]) == ([], False, [])
    endpoints = {endpoint["name"]: endpoint for endpoint in verdict["figures"]["endpoints"]}
    assert endpoints["/api/classify"]["answered"] > 5
    assert endpoints["/api/classify"]["p50_ms"] > 0
    assert "/api/classify" in (tmp_path / "out" / "load.html").read_text()
    assert json.loads((tmp_path / "out" / "load.json").read_text()) == verdict


def test_a_service_that_misses_objectives_fails(service: Served, tmp_path: Path) -> None:
    """Exit code 1, with what was measured and every objective that was missed."""
    run = command(service, tmp_path, IMPOSSIBLE)
    _, shown = run.communicate(timeout=120)
    assert run.returncode == 1
    assert "Traceback" not in shown
    missed = shown.partition("Objectives missed")[2]
    assert all(words in missed for words in ("/api/classify", "p50_ms", "0.001", "/api/nothing", "answered"))


def test_a_load_that_is_stopped_is_judged_all_the_same(service: Served, tmp_path: Path) -> None:
    """Ctrl-C ends it early; what was measured counts, and the report is there."""
    run = command(service, tmp_path, LENIENT, "--soak", "10m", "--report", "load.html", "--json")
    before = requests_of(service)
    deadline = time.monotonic() + 60
    while requests_of(service) < before + 20 and time.monotonic() < deadline:
        time.sleep(0.05)
    run.send_signal(signal.SIGINT)
    printed, shown = run.communicate(timeout=60)
    assert run.returncode == 0, printed + shown
    verdict = json.loads(printed)
    assert verdict["stopped"]
    assert verdict["figures"]["seconds"] < 120
    assert (tmp_path / "load.html").stat().st_size > 0


def test_refused_requests_are_counted_apart(tmp_path: Path) -> None:
    """They are no errors, and their share has a limit of its own."""
    models = write_models(tmp_path / "models")
    with serving(tmp_path / "service", MODEL_DIR=str(models), MAX_CONCURRENCY="1") as served:
        run = command(served, tmp_path, PATIENT, "--json")
        printed, shown = run.communicate(timeout=120)
    assert run.returncode == 1, printed + shown
    verdict = json.loads(printed)
    assert [breach["objective"] for breach in verdict["breaches"]] == ["refused_rate"]
    assert verdict["figures"]["faults"] == []
    assert sum(endpoint["refused"] for endpoint in verdict["figures"]["endpoints"]) > 0
    assert not any(endpoint["name"].endswith("refused") for endpoint in verdict["figures"]["endpoints"])


def requests_of(served: Served) -> int:
    """Requests that the service has answered, by its log."""
    return served.output.read_text().count('"path": "/api/')
