"""
The walk of docs/learning.md with fewer images: served, trained on what was served, gated, compared, promoted, deployed.

Every step is a command or a request, as people make them; the models and their training are real. Only the first
optimizer is such that there is something to gain: it knows the two costliest tracings alone, and no gate is asked.
"""

import io
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import psutil
import pytest
from PIL import Image
from sqlalchemy import func, select

from loadtests.servers.local_server import stop
from registry.mlflow_store.connection import connect
from registry.mlflow_store.promotion_log import Actor
from registry.mlflow_store.versions import REGISTERED_NAMES
from registry.promotion.moves import promote
from registry.training_runs.tracking import log_training
from rollout.ports import free_port
from svgai.logo_types import LOGO_TYPES
from svgai.model_files.training_record import write_record
from svgai.outcomes.quality_database import QualityDatabase
from svgai.outcomes.tables import CONVERSIONS
from tests.fakes.fake_registry import gates_that_refuse
from tests.integration.servers.served import ROOT
from tests.integration.servers.trained_folders import train
from tests.integration.servers.viewers import program
from tests.marks import MLFLOW_WARNINGS
from training.data.synthetic.logos import generate_image
from training.fit.surrogate import OptimizerConfig
from training.fit.train_optimizer import train_optimizer
from training.search.tracing_table import read_table, tracing_of

pytestmark = [
    pytest.mark.integration,
    pytest.mark.long,
    pytest.mark.rehearsal,
    *MLFLOW_WARNINGS,
]

TABLE = Path("training/tables/tracings.parquet")
SERVED, COMPARED = 120, 400
"""Images before the training, and the most that are compared after it."""

SIDE = 96
WITHIN_S = 600.0
EXPERIMENT = {"AB_TESTING_ENABLED": "true", "AB_MODE": "shadow", "AB_TEST_TRAFFIC_SPLIT": "1"}


@dataclass
class Project:
    """A copy of this project in a folder of its own, with a port of its own."""

    folder: Path
    port: int = field(default_factory=free_port)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def registry(self) -> str:
        return f"sqlite:///{self.folder / 'mlflow.db'}"

    @property
    def database(self) -> str:
        return f"sqlite:///{self.folder / 'quality.db'}"

    @property
    def environment(self) -> dict[str, str]:
        own = {"MLFLOW_TRACKING_URI": self.registry, "QUALITY_DB_URL": self.database}
        own |= {"BENTOML_HOME": str(self.folder / "bentoml"), "PYTHONPATH": str(ROOT), "PYTHONSAFEPATH": "1"}
        return os.environ | own | EXPERIMENT | {"QUALITY_TRACKING_ENABLED": "true", "ONLINE_LEARNING_ENABLED": "true"}

    def svgai(self, *arguments: str) -> str:
        """The standard output of a command that succeeds."""
        result = subprocess.run(
            [sys.executable, "-m", "cli", *arguments],
            cwd=self.folder,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert result.returncode == 0, result.stderr
        return result.stdout

    @contextmanager
    def running(self, *arguments: str) -> Iterator[None]:
        """A command that runs inside the block, once the service that it starts is ready."""
        with (self.folder / "log.txt").open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "cli", *arguments],
                cwd=self.folder,
                env=self.environment,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        try:
            self.wait_until(self.ready, "nothing is served")
            yield
        finally:
            process.send_signal(signal.SIGTERM)
            stop(process)

    def convert(self, image: bytes) -> str:
        """Which versions answered."""
        answer = httpx.post(f"{self.url}/api/convert", files={"image": image}, timeout=120)
        assert answer.status_code == 200, answer.text
        return str(answer.json()["model_version"])

    def ready(self) -> bool:
        """Whether there is a service that converts."""
        try:
            return httpx.get(f"{self.url}/readyz", timeout=30).status_code == 200
        except httpx.TransportError:
            return False

    def served(self) -> str | None:
        """Which versions answer; None where nothing does."""
        try:
            checks = httpx.get(f"{self.url}/api/ai-status", timeout=30).json()["checks"]["models"]
        except (httpx.TransportError, KeyError, ValueError):
            return None
        return ",".join(f"{kind}:{checks[kind]['version']}" for kind in ("classifier", "optimizer"))

    def wait_until(self, happened: Callable[[], bool], fault: str) -> None:
        deadline = time.monotonic() + WITHIN_S
        while not happened():
            said = (self.folder / "log.txt").read_text() if (self.folder / "log.txt").is_file() else ""
            assert time.monotonic() < deadline, f"{fault}; it was said:\n{said[-5000:]}"
            time.sleep(0.5)

    def rows(self, ending: str = "") -> int:
        """Conversions that are kept."""
        database = QualityDatabase(self.database)
        asked = select(func.count()).where(CONVERSIONS.c.conversion_id.endswith(ending))
        with database.reading() as connection:
            return int(connection.execute(asked).scalar_one())


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    """With version 1 of both models in Production."""
    program("nginx")
    folder = tmp_path / "project"
    folder.mkdir()
    for name in ("service.py", "bentofile.yaml", "LICENSE", "svgai", "requirements", TABLE):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (shutil.copytree if (ROOT / name).is_dir() else shutil.copyfile)(ROOT / name, folder / name)
    made = Project(folder)
    table = read_table(ROOT / TABLE)
    refined = [text for text in table["tracing"].unique() if tracing_of(text).refine_to]
    costly = table[table["tracing"].isin(refined)].groupby("tracing")["bytes"].median().nlargest(2).index
    few = table[table["tracing"].isin(costly)].reset_index(drop=True)
    record = train_optimizer(few, tmp_path / "optimizer", OptimizerConfig(rounds=40), "two tracings", lambda *_: None)
    # What is lost against the better of two tracings compares with nothing that is lost against the best of twenty.
    write_record(tmp_path / "optimizer", record.model_copy(update={"metrics": {}}))
    for kind, trained in (
        ("classifier", train("classifier", tmp_path / "classifier")),
        ("optimizer", tmp_path / "optimizer"),
    ):
        log_training(trained, made.registry)
        client = connect(made.registry)
        actor = Actor(by="a test", via="cli")
        promote(client, REGISTERED_NAMES[kind], 1, to="Production", actor=actor, judge=gates_that_refuse())  # type: ignore[index]
    yield made
    for process in psutil.process_iter():
        with suppress(psutil.Error):
            if str(folder) in " ".join(process.cmdline()):
                process.kill()


def images(first: int, count: int) -> Iterator[bytes]:
    """Generated logos of all types, small ones."""
    for number in range(first, first + count):
        with Image.open(io.BytesIO(generate_image(LOGO_TYPES[number % 4], 90_000 + number).data)) as logo:
            logo.thumbnail((SIDE, SIDE))
            png = io.BytesIO()
            logo.save(png, "PNG")
        yield png.getvalue()


def test_what_was_served_is_learned_compared_promoted_and_deployed(project: Project) -> None:
    """A service, a training, a gate, an experiment with a verdict, a promotion, and a Bento with it in service."""
    with project.running("serve", "--port", str(project.port)):
        for image in images(0, SERVED):
            assert project.convert(image) == "classifier:1,optimizer:1"
    assert project.rows() >= SERVED

    promotion = json.loads(project.svgai("retrain", "--rounds", "150", "--json"))
    assert (promotion["version"], promotion["target"], promotion["verdict"]["passed"]) == (2, "Staging", True)

    with project.running("watch", "--port", str(project.port), "--every", "1", "--observe", "3"):
        verdict = ""
        for number, image in enumerate(images(SERVED, COMPARED), 1):
            assert project.convert(image) == "classifier:1,optimizer:1"
            if (
                number % 50 == 0
                and (verdict := json.loads(project.svgai("ab", "report", "--json"))["verdict"]) == "better"
            ):
                break
        assert verdict == "better"
        assert project.rows("-shadow") >= 100

        (moved,) = json.loads(project.svgai("ab", "promote", "--json"))
        assert (moved["version"], moved["target"], moved["replaced"]) == (2, "Production", 1)
        project.wait_until(lambda: project.served() == "classifier:1,optimizer:2", "it is not deployed")
        assert project.convert(next(images(0, 1))) == "classifier:1,optimizer:2"

    events = json.loads(project.svgai("history", "optimizer", "--json"))
    done = [(event["version"], event["action"]) for event in events if event["version"] == 2]
    assert done[-1] == (2, "deploy")
