"""What the service tells of itself: every series from the start, and right however many processes there are."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest
from hypothesis import given
from hypothesis import strategies as st
from prometheus_client import CollectorRegistry

from svgai.serve.monitoring.dead_gauges import forget_dead_gauges
from svgai.serve.monitoring.service_metrics import (
    APIS,
    PROCESSES,
    NoServiceMetrics,
    PrometheusServiceMetrics,
    ServiceMetrics,
)
from tests.unit.svgai.serve.monitoring.test_metrics import series

PROCESS = """
import sys, time
from svgai.measure.quality import Quality
from svgai.serve.monitoring.metrics import PrometheusMetrics
from svgai.serve.monitoring.service_metrics import PrometheusServiceMetrics
metrics, service = PrometheusMetrics(), PrometheusServiceMetrics(bento="svgai:1", code="c", quality_threshold=0.85)
metrics.converted("text", Quality(0.9, 0.9, 0.9, 1, 100, 1), target=0.9, trials=1, met=True, seconds=0.1)
service.line_changed(int(sys.argv[1]), float(sys.argv[2]))
service.process_replaced("convert", "died")
service.models_loaded({"classifier": "7", "optimizer": "9"})
print("told", flush=True)
time.sleep(600)
"""

SHOWN = """
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector
from svgai.serve.monitoring.metrics import conversion_totals
registry = CollectorRegistry()
MultiProcessCollector(registry)
print(generate_latest(registry).decode())
print("totals", conversion_totals())
"""


def _made(registry: CollectorRegistry) -> PrometheusServiceMetrics:
    return PrometheusServiceMetrics(bento="svgai:abc", code="0123", quality_threshold=0.85, registry=registry)


def test_it_says_what_is_served_and_what_is_expected() -> None:
    """Bento, code and threshold from the start; models once they are loaded, and the ones before no more."""
    registry = CollectorRegistry()
    metrics = _made(registry)
    assert registry.get_sample_value("svgai_build_info", {"bento": "svgai:abc", "code": "0123"}) == 1
    assert registry.get_sample_value("svgai_quality_threshold") == 0.85
    none = {"classifier": "none", "optimizer": "none"}
    assert registry.get_sample_value("svgai_models_info", none) == 1
    metrics.models_loaded({"classifier": "7", "optimizer": "9"})
    assert registry.get_sample_value("svgai_models_info", none) == 0
    assert registry.get_sample_value("svgai_models_info", {"classifier": "7", "optimizer": "9"}) == 1


@pytest.mark.slow
@given(st.lists(st.tuples(st.sampled_from(APIS), st.floats(0, 100)), max_size=20), st.integers(0, 99))
def test_no_event_makes_a_new_series(waits: list[tuple[str, float]], waiting: int) -> None:
    """All are there with 0, so that a rate sees the first event."""
    registry = CollectorRegistry()
    metrics = _made(registry)
    before = series(registry)
    settled = {"svgai_build_info", "svgai_quality_threshold", "svgai_models_info"}
    assert {value for (name, _), value in before.items() if name not in settled} == {0}
    for api, seconds in waits:
        metrics.batch_waited(api, seconds)
    metrics.line_changed(waiting, 0.5)
    for kind in PROCESSES:
        metrics.process_replaced(kind, "died")
        metrics.process_replaced(kind, "stopped")
    after = series(registry)
    assert after.keys() == before.keys()
    assert after["svgai_conversions_waiting", ()] == waiting
    assert sum(value for (name, _), value in after.items() if name == "svgai_batch_wait_seconds_count") == len(waits)


def test_without_metrics_nothing_fails() -> None:
    """The null object takes the same calls."""
    metrics: ServiceMetrics = NoServiceMetrics()
    metrics.line_changed(1, 0.5)
    metrics.batch_waited("classify", 0.1)
    metrics.process_replaced("convert", "died")
    metrics.models_loaded({})


@pytest.mark.slow
def test_several_processes_are_one_and_a_killed_one_leaves_its_counts(tmp_path: Path) -> None:
    """Who waits is summed, the longest wait is told; what a killed process showed goes, what it counted stays."""
    environment = os.environ | {"PROMETHEUS_MULTIPROC_DIR": str(tmp_path), "PYTHONPATH": os.pathsep.join(sys.path)}

    def shown() -> str:
        command = [sys.executable, "-c", SHOWN]
        return subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout

    running = []
    try:
        for waiting, expected in (("3", "0.5"), ("4", "1.5")):
            command = [sys.executable, "-c", PROCESS, waiting, expected]
            process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE)
            running.append(process)
            assert process.stdout is not None
            assert process.stdout.readline() == b"told\n"
        text = shown()
        assert "\nsvgai_conversions_waiting 7.0\n" in text
        assert "\nsvgai_conversion_expected_wait_seconds 1.5\n" in text
        assert 'svgai_process_restarts_total{cause="died",process="convert"} 2.0' in text
        assert 'svgai_models_info{classifier="7",optimizer="9"} 1.0' in text
        assert 'svgai_models_info{classifier="none",optimizer="none"} 0.0' in text
        assert "totals Totals(ssim=1.8, count=2)" in text
        running[1].send_signal(signal.SIGKILL)
        running[1].wait()
        assert forget_dead_gauges(tmp_path, psutil.pid_exists) == [running[1].pid]
        text = shown()
        assert "\nsvgai_conversions_waiting 3.0\n" in text
        assert "\nsvgai_conversion_expected_wait_seconds 0.5\n" in text
        assert 'svgai_process_restarts_total{cause="died",process="convert"} 2.0' in text
        assert "totals Totals(ssim=1.8, count=2)" in text
    finally:
        for process in running:
            process.kill()
            process.wait()
            assert process.stdout is not None
            process.stdout.close()
