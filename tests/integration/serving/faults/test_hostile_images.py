"""The served service while somebody sends what is made to stop it."""

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from loadtests.faults.hostile_images import HOSTILE, transparent_gif
from svgai.decode.pixels import encode_png
from tests.fakes.tiny_models import drawn_logo, write_models
from tests.integration.servers.served import Served, encoded, error_code, serving

pytestmark = [pytest.mark.integration, pytest.mark.alone]

_ROUNDS = 20


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A service with models."""
    models = write_models(tmp_path_factory.mktemp("models"))
    with serving(tmp_path_factory.mktemp("service"), MODEL_DIR=str(models)) as served:
        yield served


@contextmanager
def _flood(service: Served, body: dict[str, object], senders: int = 4) -> Iterator[list[int]]:
    """Others who send a body over and over again; the list has what they were answered."""
    over, statuses = threading.Event(), list[int]()

    def send() -> None:
        with httpx.Client(base_url=service.client.base_url, timeout=60) as client:
            while not over.is_set():
                statuses.append(client.post("/api/classify", json=body).status_code)

    threads = [threading.Thread(target=send) for _ in range(senders)]
    for thread in threads:
        thread.start()
    try:
        yield statuses
    finally:
        over.set()
        for thread in threads:
            thread.join()


def _ordinary(service: Served) -> list[int]:
    logo = {"image": encoded(encode_png(drawn_logo(1)))}
    return [service.client.post("/api/classify", json=logo).status_code for _ in range(_ROUNDS)]


@pytest.mark.parametrize("kind", HOSTILE)
def test_others_are_answered_during_a_flood(service: Served, kind: str) -> None:
    """An ordinary image is classified every time; what floods is answered or refused, never an error of ours."""
    with _flood(service, {"image": encoded(HOSTILE[kind]())}) as statuses:
        assert _ordinary(service) == [200] * _ROUNDS
    # 504: to who floods, where the machine has no time left for the slow lane.
    assert set(statuses) <= {200, 400, 413, 429, 504}


def test_a_list_of_dear_images_does_not_hold_up_others(service: Served) -> None:
    """Its images fail one by one once they have too many pixels together."""
    images = [encoded(transparent_gif())] * 100
    with _flood(service, {"images": images}, senders=2) as statuses:
        assert _ordinary(service) == [200] * _ROUNDS
    assert set(statuses) <= {200}
    results = service.client.post("/api/classify", json={"images": images}).json()["results"]
    assert len(results) == 100
    assert {result["error"]["code"] for result in results[1:]} == {"too_large"}


def test_a_conversion_of_many_scans_is_refused(service: Served) -> None:
    """At once, as any broken image is."""
    body = {"image": encoded(HOSTILE["JPEG of 8,000 scans without an end"]())}
    assert error_code(service.client.post("/api/convert", json=body)) == (400, "invalid_image")


def test_libraries_write_nothing_past_the_log(service: Served) -> None:
    """Lines of C libraries about an image are no lines of ours."""
    body = {"image": encoded(HOSTILE["TIFF that floods the log"]())}
    for path in ("/api/classify", "/api/convert"):
        service.client.post(path, json=body)
    lines = service.output.read_text().splitlines()
    assert [line for line in lines if not line.startswith("{")] == []


def test_models_are_those_of_the_start(tmp_path: Path) -> None:
    """A folder that changes meanwhile changes no answer, in processes that are started anew, too."""
    models = write_models(tmp_path / "models")
    with serving(tmp_path / "service", MODEL_DIR=str(models), AI_MAX_WORKERS="1") as served:
        logo = {"image": encoded(encode_png(drawn_logo(1))), "max_trials": 1, "cache": False}
        before = served.client.post("/api/convert", json=logo).json()
        assert "svg" in before, before
        (models / "metadata.json").unlink()
        (models / "classifier.onnx").write_bytes(b"another one")
        (models / "optimizer.xgb").unlink()
        with pytest.raises(httpx.ReadTimeout):
            served.client.post("/api/convert", json=logo, timeout=0.001)
        for worker in served.pool_workers():
            os.kill(worker, signal.SIGKILL)
        after = served.client.post("/api/convert", json=logo).json()
        assert "svg" in after, after
        assert after["model_version"] == before["model_version"]
        assert after["svg"] == before["svg"]
