"""The metrics of a served service: there from the start, fed by what happens, whole after processes were killed."""

import os
import signal
import time
from pathlib import Path
from typing import Any

import psutil
import pytest
from prometheus_client.parser import text_string_to_metric_families

from svgai.decode.pixels import encode_png
from svgai.serve.monitoring.recent_quality import LEAST_CONVERSIONS
from tests.fakes.serving_fakes import png
from tests.fakes.tiny_models import drawn_logo
from tests.integration.servers.served import Served, encoded, serving

pytestmark = pytest.mark.integration

WITHIN_S = 120


def samples(served: Served) -> dict[tuple[str, frozenset[tuple[str, str]]], float]:
    families = text_string_to_metric_families(served.client.get("/metrics").text)
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in families
        for sample in family.samples
    }


def value(served: Served, name: str, **labels: str) -> float:
    return samples(served)[name, frozenset(labels.items())]


def wait_for(served: Served, expected: float, name: str, **labels: str) -> None:
    deadline = time.monotonic() + WITHIN_S
    while (found := value(served, name, **labels)) != expected:
        assert time.monotonic() < deadline, found
        time.sleep(0.05)


def worker(served: Served) -> int:
    """The process that answers requests."""
    family = psutil.Process(served.process.pid).children(recursive=True)
    (pid,) = (one.pid for one in family if "_bentoml_impl.worker.service" in one.cmdline())
    return int(pid)


def test_what_happens_is_counted_and_nothing_killed_is_lost(tmp_path: Path, models_folder: Path) -> None:
    """
    Conversions below the threshold make it degraded; processes that are killed are counted.

    A worker that is killed takes no count with it, and leaves nothing that waits.
    """
    settings: dict[str, Any] = {"MODEL_DIR": str(models_folder), "AI_QUALITY_THRESHOLD": "1", "AI_MAX_WORKERS": "1"}
    with serving(tmp_path, **settings) as served:
        first = samples(served)
        assert value(served, "svgai_conversions_waiting") == 0
        assert value(served, "svgai_quality_threshold") == 1
        ask = {
            "image": encoded(encode_png(drawn_logo(1))),
            "max_trials": 1,
            "min_worst": 0,
            "target_quality": 0.5,
            "cache": False,
        }
        kinds = {served.client.post("/api/convert", json=ask).json()["type"] for _ in range(LEAST_CONVERSIONS + 2)}
        (kind,) = kinds
        served.client.post("/api/classify", json={"image": encoded(png())})
        assert value(served, "svgai_batch_wait_seconds_count", api="classify") == 1
        new = {name for name, _ in samples(served).keys() - first.keys()}
        assert [name for name in new if name.startswith(("ai_", "svgai_"))] == []
        report = served.client.get("/api/ai-status").json()
        assert (report["ai_status"], report["checks"]["quality"]["status"]) == ("degraded", "low")
        assert served.client.get("/readyz").status_code == 200
        os.kill(served.pool_workers()[-1], signal.SIGKILL)
        deadline = time.monotonic() + WITHIN_S
        while not sum(count for (name, _), count in samples(served).items() if name == "svgai_process_restarts_total"):
            assert time.monotonic() < deadline
            time.sleep(0.05)
        before = worker(served)
        os.kill(before, signal.SIGKILL)
        served.wait_for("/readyz", 200)
        assert worker(served) != before
        wait_for(served, LEAST_CONVERSIONS + 2, "svgai_conversion_seconds_count", image_type=kind)
        after = samples(served)
        assert after["svgai_conversions_waiting", frozenset()] == 0
        assert [
            dict(labels)["classifier"] for (name, labels), one in after.items() if name == "svgai_models_info" and one
        ] == [report["checks"]["models"]["classifier"]["version"]]
        assert sum(one for (name, _), one in after.items() if name == "svgai_build_info") == 1
