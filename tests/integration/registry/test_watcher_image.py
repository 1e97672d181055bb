"""The watcher of a stack, with nothing but the files that its image holds."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from mlflow import MlflowClient

from registry.mlflow_store.stages import move
from registry.mlflow_store.versions import REGISTERED_NAMES
from registry.training_runs.tracking import log_training
from tests.integration.servers.served import KEPT, ROOT
from tests.integration.servers.trained_folders import train
from tests.marks import MLFLOW_WARNINGS

pytestmark = [
    pytest.mark.integration,
    pytest.mark.long,
    *MLFLOW_WARNINGS,
]


@pytest.fixture
def held(tmp_path: Path) -> Path:
    """What `COPY .` takes."""
    folder = tmp_path / "image"
    folder.mkdir()
    ignored = (ROOT / "deploy/command/Dockerfile.dockerignore").read_text(encoding="utf-8").split()
    for name in (line.removeprefix("!") for line in ignored if line.startswith("!")):
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copyfile(source, folder / name)
    return folder


def files(folder: Path) -> set[Path]:
    return {path.relative_to(folder) for path in folder.rglob("*") if path.is_file() and ".svgai" not in path.parts}


def test_it_builds_what_a_person_promoted(registry: MlflowClient, held: Path, tmp_path: Path) -> None:
    """A Bento in its volume, tried with three images; beside both volumes nothing is written."""
    for kind, name in REGISTERED_NAMES.items():
        log_training(train(kind, tmp_path / kind), registry.tracking_uri)
        move(registry, name, 1, "Production", archive=True)
    before, home = files(held), tmp_path / "volume" / "bentoml"
    done = subprocess.run(
        [sys.executable, "-m", "cli", "watch", "--no-deploy", "--once"],
        cwd=held,
        env={
            **{name: os.environ[name] for name in KEPT if name in os.environ and name != "PYTHONPATH"},
            "MLFLOW_TRACKING_URI": registry.tracking_uri,
            "BENTOML_HOME": str(home),
            "BENTOML_DO_NOT_TRACK": "true",
            "QUALITY_TRACKING_ENABLED": "false",
            "PYTHONDONTWRITEBYTECODE": "1",
        },
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    (bento,) = home.glob("bentos/svgai/c1-o1-*")
    assert (bento / "src" / "LICENSE").is_file()
    assert (held / ".svgai" / "watcher.json").is_file()
    assert files(held) == before
