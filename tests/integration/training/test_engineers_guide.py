"""
docs/ml-engineer.md, every command of it in turn, in a copy of the project in another folder.

What is learned from is small, and the gates are open: the trainings of the guide take minutes each on all of it. Ports
are free ones, and what a reader would leave running is ended with the test.
"""

import os
import re
import shlex
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import psutil
import pytest
import yaml

from registry.mlflow_store.connection import connect
from registry.mlflow_store.versions import CLASSIFIER, OPTIMIZER, list_versions
from registry.promotion.history import history
from rollout.ports import free_port
from svgai.decode.pixels import encode_png
from tests.fakes.tiny_models import drawn_logo
from tests.integration.servers.viewers import program
from tests.integration.training.test_training_run import small_table
from tests.marks import MLFLOW_WARNINGS
from training.data.dataset_writer import write_dataset

pytestmark = [
    pytest.mark.integration,
    pytest.mark.long,
    pytest.mark.rehearsal,
    *MLFLOW_WARNINGS,
]

ROOT = Path(__file__).parents[3]
GUIDE = ROOT / "docs/ml-engineer.md"
STAYS = ("make serve", "make mlflow")
"""Commands that run until they are ended, each in a terminal of its own."""

MAY_REFUSE = ("svgai gate", "svgai evaluate")
"""Commands whose exit code also tells a verdict."""

WITHIN_S = 1200.0


def commands() -> list[str]:
    """The commands of the guide, in its order."""
    lines = GUIDE.read_text(encoding="utf-8").splitlines()
    return [line.strip() for line in lines if re.match(r"    (svgai|make|python) ", line)]


@dataclass
class Copy:
    """A copy of the project in a folder of its own, as a fresh clone with its packages installed."""

    folder: Path
    ports: dict[str, int] = field(default_factory=lambda: {name: free_port() for name in ("3000", "3001", "5000")})
    running: "list[subprocess.Popen[bytes]]" = field(default_factory=list)

    @property
    def environment(self) -> dict[str, str]:
        scripts = f"{self.folder}/.venv/bin"
        kept = {name: value for name, value in os.environ.items() if name != "MLFLOW_TRACKING_URI"}
        return kept | {
            "BENTOML_HOME": str(self.folder / "bentoml"),
            "PYTHONPATH": str(self.folder),  # an editable install would lead to the project that it was made in
            "PATH": f"{scripts}:{os.environ.get('PATH', os.defpath)}:/usr/sbin",
        }

    def make(self) -> None:
        """Copy what git knows, and put small data where the guide's is drawn."""
        listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True).stdout
        for name in filter(None, listed.decode().split("\0")):
            if (ROOT / name).is_file():
                (self.folder / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(ROOT / name, self.folder / name)
        self._environment()
        write_dataset(self.folder / "data/logos", 30, 1, -1, lambda _done, _total: None)
        small_table(self.folder / "training/tables/tracings.parquet")
        gates = self.folder / "registry/gates/gates.yaml"
        limits = yaml.safe_load(gates.read_text())
        for kind in limits.values():
            kind["max_latency_ms"] = 1000
            kind["metrics"] = {name: {"minimum": -1000.0} for name in kind["metrics"]}
        gates.write_text(yaml.safe_dump(limits))
        (self.folder / "photos").mkdir()
        for number in range(2):
            (self.folder / f"photos/{number}.png").write_bytes(encode_png(drawn_logo(number, 64)))

    def _environment(self) -> None:
        """The packages as they are; what says where they were installed names the copy, or make would do it anew."""
        own, there = self.folder / ".venv", (ROOT / ".venv").resolve()
        own.mkdir()
        for part in ("bin", "lib", "pyvenv.cfg"):
            (own / part).symlink_to(there / part)
        (own / ".made-in").write_text(f"{self.folder}\n")
        for done in (".installed", ".installed-dev"):
            (own / done).touch()

    def run(self, line: str) -> None:
        """Run a line of the guide; what stays is waited for until it answers."""
        command = line
        for theirs, ours in self.ports.items():
            command = command.replace(theirs, str(ours))
        if line in STAYS:
            port = self.ports["3000" if line == "make serve" else "5000"]
            self._stay(f"{command} PORT={port}", port)
            return
        done = subprocess.run(
            ["env", *shlex.split(command)],  # looks the program up in the copy's PATH
            cwd=self.folder,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=WITHIN_S,
        )
        refused = done.returncode == 1 and line.startswith(MAY_REFUSE)
        assert done.returncode == 0 or refused, f"{line}\n{done.stdout}{done.stderr}"

    def _stay(self, command: str, port: int) -> None:
        log = self.folder / f"{port}.log"
        with log.open("wb") as out:
            started = subprocess.Popen(
                command,
                shell=True,
                cwd=self.folder,
                env=self.environment,
                stdout=out,
                stderr=out,
                start_new_session=True,
            )
        self.running.append(started)
        deadline = time.monotonic() + WITHIN_S
        while True:
            with suppress(httpx.HTTPError):
                path = "readyz" if port == self.ports["3000"] else "health"
                if httpx.get(f"http://127.0.0.1:{port}/{path}").status_code == 200:
                    return
            assert started.poll() is None, log.read_text()
            assert time.monotonic() < deadline, log.read_text()
            time.sleep(0.5)

    def end(self) -> None:
        """End what stays, with all that it started."""
        for started in self.running:
            with suppress(psutil.NoSuchProcess):
                family = psutil.Process(started.pid).children(recursive=True)
                os.killpg(started.pid, signal.SIGTERM)
                _, left = psutil.wait_procs(family, 30)
                for process in left:
                    process.kill()
            started.wait(30)


@pytest.fixture
def copy(tmp_path: Path) -> Iterator[Copy]:
    """A copy that is ended with its deployment."""
    program("nginx")
    place = Copy(tmp_path / "elsewhere")
    place.folder.mkdir()
    place.make()
    try:
        yield place
    finally:
        with suppress(AssertionError, subprocess.TimeoutExpired):
            place.run("svgai deploy --stop")
        place.end()


def test_the_guide_can_be_followed_from_top_to_bottom(copy: Copy) -> None:
    """Each command does its work where the one before left off; at the end all that it promises has come to be."""
    for line in commands():
        copy.run(line)
        if line == "svgai rollback classifier":
            client = connect(f"sqlite:///{copy.folder}/mlflow.db")
            stages = {version.number: version.stage for version in list_versions(client, CLASSIFIER)}
            assert (stages[1], stages[2]) == ("Production", "Archived")
    client = connect(f"sqlite:///{copy.folder}/mlflow.db")
    assert [version.number for version in list_versions(client, CLASSIFIER)] == [1, 2, 3]
    assert [version.number for version in list_versions(client, OPTIMIZER)] == [1, 2]
    assert [event.action for event in history(client, CLASSIFIER)].count("deploy") >= 2
    assert (copy.folder / "models/served/metadata.json").is_file()
    # What was moved or copied writes nowhere else: everything of the registry lies in the copy.
    assert (copy.folder / "mlartifacts").is_dir()
