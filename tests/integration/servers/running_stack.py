"""The whole stack by compose, as tests use it: the fixture `stack`."""

import json
import os
import subprocess
import sys
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

PER_SECOND = 5
"""Requests that the tests' load sends."""

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


@pytest.fixture(scope="session")
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
            made.command("down", "--volumes").communicate(timeout=300)
