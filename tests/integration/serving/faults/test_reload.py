"""Models that are exchanged while the service runs: files in MODEL_DIR, then SIGHUP to the service."""

import os
import shutil
import signal
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from threading import Event

import pytest

from svgai.decode.pixels import encode_png
from tests.fakes.tiny_models import drawn_logo, write_models
from tests.integration.servers.served import Served, encoded, serving, text_with

pytestmark = pytest.mark.integration

OLD, NEW = "classifier:1,optimizer:1", "classifier:2,optimizer:2"
PATIENCE_S = 120
STAYED = "those that there were stay in use"


def _asked(served: Served, path: str) -> str:
    body: dict[str, object] = {"image": encoded(encode_png(drawn_logo(1)))}
    response = served.client.post(path, json=body | ({"cache": False} if path.endswith("convert") else {}))
    assert response.status_code == 200, response.text
    return str(response.json()["model_version"])


@contextmanager
def _asking(served: Served, path: str) -> Iterator[Callable[[], list[str]]]:
    """Ask one request after the other; what comes back gives, when called, the versions that answered so far."""
    ended, versions = Event(), list[str]()

    def ask() -> None:
        while not ended.is_set():
            versions.append(_asked(served, path))

    with ThreadPoolExecutor(1) as clients:
        asking = clients.submit(ask)
        try:
            yield versions.copy
        finally:
            ended.set()
        asking.result()


def _until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.1)


def test_other_models_are_served_without_a_gap(tmp_path: Path) -> None:
    """Nobody is refused; every answer is by one pair, and once the new one has answered, the old one never does."""
    models = write_models(tmp_path / "models")
    with (
        serving(tmp_path / "service", MODEL_DIR=str(models), AI_MAX_WORKERS="2") as served,
        _asking(served, "/api/convert") as converted,
        _asking(served, "/api/classify") as classified,
    ):
        before = set(served.pool_workers())
        write_models(models, version="2", seed=1)
        _until(lambda: len(converted()) > 2)
        assert {*converted(), *classified()} == {OLD}
        served.process.send_signal(signal.SIGHUP)
        _until(lambda: NEW in converted()[:-4] and NEW in classified()[:-4])
        for versions in (converted(), classified()):
            assert versions == sorted(versions)
            assert {*versions} == {OLD, NEW}
        assert served.client.get("/api/ai-status").json()["checks"]["models"]["classifier"]["version"] == "2"
        _until(lambda: len(set(served.pool_workers()) - before) == 2)


@pytest.mark.long
def test_damaged_models_are_not_reloaded(tmp_path: Path) -> None:
    """All keep the old pair, also a conversion process that is started afterwards, and the log says why."""
    models = write_models(tmp_path / "models")
    with serving(tmp_path / "service", MODEL_DIR=str(models), AI_MAX_WORKERS="1") as served:
        (models / "optimizer.xgb").write_bytes(b"damaged")
        served.process.send_signal(signal.SIGHUP)
        text = text_with(served.output, STAYED)
        assert "optimizer.xgb is not the file that" in text
        for worker in served.pool_workers():
            os.kill(worker, signal.SIGKILL)
        assert [_asked(served, path) for path in ("/api/convert", "/api/classify", "/api/optimize")] == [OLD] * 3
        assert served.client.get("/readyz").status_code == 200
        shutil.rmtree(models)
        write_models(models, version="2", seed=1)
        served.process.send_signal(signal.SIGHUP)
        text_with(served.output, "other models are in use")
        assert [_asked(served, path) for path in ("/api/convert", "/api/classify", "/api/optimize")] == [NEW] * 3
