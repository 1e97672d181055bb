"""The drill: each fault that has an alert, brought upon a live service, makes that alert fire and no other."""

import os
import signal
import time
from functools import partial
from pathlib import Path

import numpy as np
import psutil
import pytest

from svgai.array_types import Pixels
from svgai.decode.pixels import encode_png
from tests.fakes.tiny_models import drawn_logo
from tests.integration.drill.drilled_service import OFFLINE, drilled, traffic
from tests.integration.drill.faulty_models import (
    failing_models,
    models_of_version,
    models_that_learned_from,
    slow_models,
)
from tests.integration.servers.private_postgres import private_postgres
from tests.integration.servers.redis_server import redis_server
from tests.integration.servers.served import Served, encoded, serving
from tests.integration.servers.slow_conversions import slow_request
from tests.integration.servers.viewers import program

pytestmark = [pytest.mark.integration, pytest.mark.long, pytest.mark.alone]

SIDE = 48


def body(pixels: Pixels, **options: object) -> dict[str, object]:
    return {"image": encoded(encode_png(pixels)), **options}


def logo(number: int) -> dict[str, object]:
    """Another one for each number."""
    return body(drawn_logo(number, SIDE))


def spotted(number: int) -> Pixels:
    """A large disc, of another colour in each, and a dot of two pixels beside it."""
    pixels = np.full((SIDE, SIDE, 4), 255, np.uint8)
    y, x = np.mgrid[:SIDE, :SIDE]
    pixels[(x - 20) ** 2 + (y - 20) ** 2 < 150, :3] = (number % 200, number // 200 % 200, 90)
    pixels[40:43, 40:43, :3] = (0, 0, 0)
    return pixels


def torn(number: int) -> dict[str, object]:
    """A conversion that leaves out what is small, and is asked not to mind."""
    parameters = {"filter_speckle": 16, "refine_to": 0, "upscale": 2}
    return body(spotted(number), parameters=parameters, min_worst=0, target_quality=0.5, cache=False)


def replaced(served: Served, killed: list[int]) -> bool:
    """Whether there are as many others."""
    try:
        return len(set(served.pool_workers()) - set(killed)) >= len(killed)
    except psutil.Error:  # one of them is just being taken away
        return False


@pytest.fixture(autouse=True)
def _needs_prometheus() -> None:
    program("prometheus")


def test_a_slow_model(tmp_path: Path) -> None:
    """Answers come, and come late; the alert on the slower burn of the same budget follows."""
    models = slow_models(tmp_path / "models", seconds=0.8)
    settings = {"MODEL_DIR": str(models), "MODEL_TIMEOUT": "120", "AI_BATCH_MAX_LATENCY_MS": "60000"}
    with (
        drilled(tmp_path, **settings) as (served, drill),
        traffic(served.client, "/api/classify", logo, clients=24),
    ):
        drill.expect("SvgaiLateFast", "SvgaiLate")


def test_a_failing_model(tmp_path: Path) -> None:
    """It fails on what customers begin to send; the alert on the slower burn of the same budget follows."""
    dark = body(np.full((SIDE, SIDE, 4), (0, 0, 0, 255), np.uint8))
    with (
        drilled(tmp_path, MODEL_DIR=str(failing_models(tmp_path / "models"))) as (served, drill),
        traffic(served.client, "/api/classify", logo),
    ):
        drill.wait_for(drill.requests_seen(100))
        drill.quiet()
        assert served.client.post("/api/classify", json=dark).status_code == 500
        with traffic(served.client, "/api/classify", lambda _: dark, clients=1):
            drill.expect("SvgaiFailingFast", "SvgaiFailing")


def test_a_dead_pool(tmp_path: Path, models_folder: Path) -> None:
    """Its processes die as fast as they are replaced."""
    with drilled(tmp_path, MODEL_DIR=str(models_folder)) as (served, drill):
        for _ in range(5):
            killed = served.pool_workers()
            for process in killed:
                os.kill(process, signal.SIGKILL)
            drill.wait_for(partial(replaced, served, killed))
        drill.expect("SvgaiProcessesDie")


def test_a_dead_database(tmp_path: Path, models_folder: Path) -> None:
    """PostgreSQL is gone; conversions go on."""
    with private_postgres() as server:
        url = server.create("quality")
        settings = {"QUALITY_TRACKING_ENABLED": "true", "QUALITY_DB_URL": url, "QUALITY_SPOOL": str(tmp_path / "spool")}
        with (
            drilled(tmp_path, MODEL_DIR=str(models_folder), **settings) as (served, drill),
            traffic(served.client, "/api/convert", logo, clients=1, pause_s=0.5),
        ):
            drill.quiet()
            server.end(signal.SIGQUIT)
            drill.expect("SvgaiDatabaseUnreachable")
            server.start()


def test_a_dead_redis(tmp_path: Path, models_folder: Path) -> None:
    """It is gone; conversions go on."""
    with (
        redis_server(tmp_path) as server,
        drilled(tmp_path, MODEL_DIR=str(models_folder), CACHE_URL=server.url) as (served, drill),
        traffic(served.client, "/api/convert", logo, clients=1, pause_s=0.5),
    ):
        drill.quiet()
        server.kill()
        drill.expect("SvgaiCacheUnreachable")


def test_a_full_queue(tmp_path: Path, models_folder: Path) -> None:
    """More dear conversions come than one process can do; what is refused is told, too, where it is a large share."""
    dear = slow_request(128)
    with (
        drilled(tmp_path, MODEL_DIR=str(models_folder), AI_INFERENCE_TIMEOUT="60") as (served, drill),
        traffic(served.client, "/api/convert", lambda _: dear, clients=4, pause_s=1),
    ):
        drill.expect("SvgaiConversionsQueue", "SvgaiRefusing")


def test_a_wrong_version(tmp_path: Path, models_folder: Path) -> None:
    """One of two services has other models."""
    other = models_of_version(tmp_path / "models", "2")
    with (
        serving(tmp_path / "other", **OFFLINE, MODEL_DIR=str(other)) as second,
        drilled(tmp_path / "two", second.address, MODEL_DIR=str(models_folder)) as (_, drill),
    ):
        drill.expect("SvgaiReplicasDiffer")


def test_drifted_inputs(tmp_path: Path) -> None:
    """What comes is unlike what the models learned from: that is certain from 500 images on."""
    models = models_that_learned_from(tmp_path / "models", [drawn_logo(seed, SIDE) for seed in range(200)])

    def smaller(number: int) -> dict[str, object]:
        return body(drawn_logo(number, SIDE // 2), max_trials=1)

    with (
        drilled(tmp_path, MODEL_DIR=str(models), QUALITY_TRACKING_ENABLED="true") as (served, drill),
        traffic(served.client, "/api/convert", smaller, clients=2),
    ):
        drill.expect("SvgaiInputsDrifted")


def test_torn_answers(tmp_path: Path, models_folder: Path) -> None:
    """A dot is lost from every answer: the mean does not show it, the poorest place does."""
    with drilled(tmp_path, MODEL_DIR=str(models_folder)) as (served, drill):
        with traffic(served.client, "/api/convert", lambda number: body(spotted(number)), clients=2):
            until = time.monotonic() + 60
            drill.wait_for(lambda: time.monotonic() > until)
            drill.quiet()
        with traffic(served.client, "/api/convert", torn, clients=2):
            drill.expect("SvgaiWorstFalling")
