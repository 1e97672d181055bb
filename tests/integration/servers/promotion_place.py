"""A project with a registry, a watcher and a deployment of its own."""

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import psutil
from mlflow import MlflowClient

from loadtests.benchmarks.takeover import mixed, served
from loadtests.servers.traffic import Outcome, under_load
from registry.mlflow_store.connection import connect
from registry.training_runs.tracking import log_training
from rollout.ports import free_port
from rollout.waiting import wait_until
from svgai.decode.pixels import encode_png
from svgai.errors import SvgAiError
from tests.fakes.tiny_models import drawn_logo
from tests.integration.servers.mlflow_server import MlflowServer
from tests.integration.servers.trained_folders import train
from tests.integration.servers.viewers import program

ROOT = Path(__file__).parents[3]
SVGAI = [sys.executable, "-m", "cli"]
IMAGE = encode_png(drawn_logo(1))
WITHIN_S = 120.0


@dataclass
class Place:
    """Everything between a person's click and the answer to a client, in one folder."""

    folder: Path
    mlflow: MlflowServer
    port: int = field(default_factory=free_port)
    watcher: "subprocess.Popen[bytes] | None" = None

    @property
    def project(self) -> Path:
        return self.folder / "project"

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def log(self) -> Path:
        return self.folder / "watch.log"

    @property
    def client(self) -> MlflowClient:
        return connect(self.mlflow.uri)

    @property
    def environment(self) -> dict[str, str]:
        return os.environ | {
            "MLFLOW_TRACKING_URI": self.mlflow.uri,
            "BENTOML_HOME": str(self.folder / "bentoml"),
            "PYTHONPATH": str(ROOT),
            "PYTHONSAFEPATH": "1",
        }

    def svgai(self, *arguments: str) -> str:
        """Run a command that must succeed; gives its standard output."""
        result = subprocess.run(
            [*SVGAI, *arguments], cwd=self.project, env=self.environment, capture_output=True, text=True, check=False
        )
        assert result.returncode == 0, result.stderr
        return result.stdout

    def train(self, seed: int, accuracy: float = 0.9) -> int:
        """Log a small classifier that can be served; gives its version."""
        folder = train("classifier", self.folder / "runs" / f"classifier-{seed}", seed=seed, accuracy=accuracy)
        return log_training(folder, self.mlflow.uri).version

    def watch(self, *options: str) -> None:
        """Start the watcher."""
        assert self.watcher is None
        command = [*SVGAI, "watch", "--every", "0.5", "--observe", "3", "--port", str(self.port), *options]
        with self.log.open("ab") as log:
            self.watcher = subprocess.Popen(
                command, cwd=self.project, env=self.environment, stdout=log, stderr=subprocess.STDOUT
            )

    def end_watcher(self, number: int = signal.SIGTERM) -> None:
        """End the watcher with a signal."""
        if self.watcher is not None:
            self.watcher.send_signal(number)
            self.watcher.wait(60)
            self.watcher = None

    def wait_until_served(self, version: int) -> None:
        """Until a version of the classifier answers."""
        self.wait_until(lambda: self.served() == version, f"version {version} is not served")

    def wait_until_settled(self) -> None:
        """Until no Bento is on its way in or out."""
        self.wait_until(
            lambda: json.loads(self.svgai("status", "--json"))["deployment"]["phase"] == "steady", "it does not settle"
        )

    def wait_until_said(self, words: str, times: int = 1) -> None:
        """Until the watcher has said something so many times."""
        self.wait_until(lambda: self.said().count(words) >= times, f"the watcher did not say {words!r}")

    def wait_until(self, happened: Callable[[], bool], fault: str) -> None:
        assert wait_until(happened, WITHIN_S), f"{fault}; the watcher said:\n{self.said()}"

    def said(self) -> str:
        return self.log.read_text() if self.log.is_file() else ""

    def served(self) -> int | None:
        """The version of the classifier that answers; None where nothing does."""
        try:
            return served(self.url, IMAGE)
        except SvgAiError:
            return None

    @contextmanager
    def load(self, rate: float = 15) -> Iterator[list[Outcome]]:
        """Clients inside the block; what became of their requests is in the list after it."""
        outcomes: list[Outcome] = []
        with under_load(mixed(self.url, [IMAGE]), rate) as load:
            yield outcomes
        outcomes.extend(load.result())

    def stages(self) -> dict[int, str]:
        """The stage of each version of the classifier, from the registry."""
        found = self.client.search_model_versions("name='svgai-classifier'")
        return {int(version.version): str(version.current_stage) for version in found}

    def description(self, version: int) -> str:
        return str(self.client.get_model_version("svgai-classifier", str(version)).description)

    def end(self) -> None:
        """Stop whatever runs."""
        self.end_watcher(signal.SIGKILL)
        for process in psutil.process_iter():
            with suppress(psutil.Error):
                if str(self.folder) in " ".join(process.cmdline()):
                    process.kill()
        self.mlflow.stop()


@contextmanager
def promotion_place(folder: Path) -> Iterator[Place]:
    """A place with version 1 of both models in Production and versions 2 and 3 of the classifier beside it."""
    program("nginx")
    (folder / "mlflow").mkdir()
    place = Place(folder, MlflowServer(folder / "mlflow"))
    place.project.mkdir()
    for name in ("service.py", "bentofile.yaml", "LICENSE", "svgai", "requirements"):
        source = ROOT / name
        (shutil.copytree if source.is_dir() else shutil.copyfile)(source, place.project / name)
    place.mlflow.start()
    try:
        log_training(train("optimizer", folder / "runs" / "optimizer"), place.mlflow.uri)
        for seed in (1, 2, 3):
            place.train(seed)
        place.svgai("promote", "optimizer")
        place.svgai("promote", "classifier", "--version", "1")
        yield place
    finally:
        place.end()
