"""The whole stack by compose, from nothing: verified, its models switched under load, saved and restored."""

import json
import logging
import os
import subprocess
import sys
import time
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from containers.engine import CommandEngine
from rollout.ports import free_port
from rollout.smoke_test import pictures
from stack.compose import Compose, find_compose
from stack.environment import read_environment
from stack.proxy import StackProxy
from svgai.decode.pixels import encode_png
from tests.integration.servers.container_engine import container_engine
from tests.integration.servers.served import ROOT
from tests.integration.servers.stack_images import StackImages, build_stack_images
from tests.integration.servers.steady_load import steady_load

logger = logging.getLogger(__name__)

# BentoML's own imports use what its dependencies have deprecated, so it is imported inside a fixture.
pytestmark = [
    pytest.mark.integration,
    pytest.mark.long,
    pytest.mark.rehearsal,
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
]

PER_SECOND = 5
SWITCHED_WITHIN_S = 30.0
"""With four conversions in it, on a machine that is busy."""
ODD = 'an odd$one "with# $$SIGNS%s&=/+@: ~`é'
"""A password of characters that shells, compose, addresses and SQL take for something else."""


@dataclass(frozen=True)
class Stack:
    """A stack that runs."""

    folder: Path
    images: StackImages
    engine: CommandEngine

    @property
    def compose(self) -> Compose:
        return find_compose(self.folder, read_environment(self.folder), lambda _: None)

    @property
    def proxy(self) -> StackProxy:
        return StackProxy(self.compose)

    def command(self, *arguments: str) -> "subprocess.Popen[str]":
        """`svgai stack`, started."""
        command = self._command(*arguments)
        return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)

    def does(self, *arguments: str) -> str:
        """`svgai stack`, which ends well; what it prints for programs, which what it tells people is no part of."""
        command = self._command(*arguments)
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=600)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def _command(self, *arguments: str) -> list[str]:
        return [sys.executable, "-m", "cli", "stack", *arguments, "--folder", str(self.folder)]

    def answers(self) -> list[str]:
        """The SVG files of the built-in pictures, converted anew, and what classify says of them."""
        told = []
        with self.proxy.client() as client:
            for pixels in pictures().values():
                image = {"image": b64encode(encode_png(pixels)).decode()}
                told.append(
                    client.post("/api/convert", json={**image, "cache": False}).raise_for_status().json()["svg"]
                )
                told.append(json.dumps(client.post("/api/classify", json=image).raise_for_status().json()))
        return told


def requests(*paths: str) -> list[tuple[str, dict[str, object]]]:
    """Of these calls with every picture; every tenth a conversion that the cache does not answer."""
    images = [b64encode(encode_png(pixels)).decode() for pixels in pictures().values()]
    asked: list[tuple[str, dict[str, object]]] = [(path, {"image": image}) for path in paths for image in images]
    return [*asked, ("/api/convert", {"image": images[0], "cache": False})]


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """One with Prometheus, Alertmanager and MLflow, and odd passwords."""
    from svgai.serve.bento.container_image import BASE

    place = tmp_path_factory.mktemp("stack")
    with container_engine(BASE, place, networks=True) as (engine, building):
        images = build_stack_images(engine, building, place)
        made = Stack(place / "stack", images, engine)
        chosen = ["--image", images.first, "--port", str(free_port()), "--project", f"svgai-{os.getpid()}"]
        made.does("init", *chosen, "--subnet", "10.89.177", "--profiles", "monitoring,mlflow")
        odd = "".join(f"{name}='{ODD}'\n" for name in ("REDIS_PASSWORD", "QUALITY_DB_PASSWORD", "MLFLOW_DB_PASSWORD"))
        with (made.folder / ".env").open("a") as file:
            file.write(images.settings + odd + "MLFLOW_WORKERS='1'\n")
        try:
            made.does("up")
            yield made
        finally:
            made.command("down", "--volumes").wait(timeout=300)


def test_it_is_as_promised(stack: Stack) -> None:
    """Every check of `verify` is good, and says what it saw."""
    seen = json.loads(stack.does("verify", "--json"))
    assert [one for one in seen if not one["good"]] == []
    assert {one["check"] for one in seen} >= {"models", "quality store", "limits", "alerts", "Prometheus", "MLflow"}


def test_models_are_switched_off_and_on_while_it_serves(stack: Stack) -> None:
    """Conversions go on, by no models after the one command and by models after the other; no request fails."""
    image = {"image": b64encode(encode_png(pictures()["a gradient"])).decode(), "cache": False}
    proxy = stack.proxy
    with steady_load(proxy.client, requests("/api/convert"), PER_SECOND) as load:
        for position, version in (("off", {"none"}), ("on", {"classifier:1,optimizer:1"})):
            stack.does("ai", position)
            began = time.monotonic()
            while True:
                with proxy.client() as client:
                    told = [client.post("/api/convert", json=image).json()["model_version"] for _ in range(4)]
                if set(told) == version:
                    break
                assert time.monotonic() - began < SWITCHED_WITHIN_S, told
            logger.info("%s after %.1f s", position, time.monotonic() - began)
    assert load.failures() == []


def test_what_was_saved_is_restored_where_nothing_is(stack: Stack, tmp_path: Path) -> None:
    """Everything destroyed, one command: the same answers, rows, runs and settings."""
    compose, archive = stack.compose, tmp_path / "stack.tar"
    compose.inside("mlflow", "sh", "-c", "echo kept >/var/lib/mlflow/artifacts/kept.txt")
    answers, rows = stack.answers(), _rows(compose)
    stack.does("backup", str(archive), "--with-image")
    damaged = tmp_path / "damaged.tar"
    content = bytearray(archive.read_bytes())
    content[len(content) // 2] ^= 1
    damaged.write_bytes(content)
    stack.does("down", "--volumes")
    environment = (stack.folder / ".env").read_text()
    subprocess.run(["rm", "-r", str(stack.folder)], check=True)
    refused = stack.command("restore", str(damaged))
    assert "damaged" in refused.communicate(timeout=120)[0]
    assert refused.returncode != 0
    began = time.monotonic()
    stack.does("restore", str(archive))
    logger.info("restored in %.1f s from %.0f MB", time.monotonic() - began, archive.stat().st_size / 1e6)
    assert (stack.folder / ".env").read_text() == environment
    assert stack.answers() == answers
    assert _rows(stack.compose) >= rows
    assert stack.compose.inside("mlflow", "cat", "/var/lib/mlflow/artifacts/kept.txt").strip() == "kept"
    stack.does("verify")


def _rows(compose: Compose) -> int:
    count = ("--tuples-only", "--no-align", "-c", "SELECT count(*) FROM conversions")
    return int(compose.inside("postgres", "psql", "--username=postgres", "--dbname=quality", *count))
