"""Images that a stack is tried with: the service twice, MLflow, and stand-ins for the official ones."""

import os
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from containers.engine import CommandEngine
from tests.fakes.tiny_models import write_models
from tests.integration.servers.built_bento import build, run, store_models
from tests.integration.servers.served import ROOT

_STAND_INS = "localhost/svgai-test-stand-ins"
_MLFLOW = "localhost/svgai-test-mlflow"
_SERVICE = "localhost/svgai-test"


@dataclass(frozen=True)
class StackImages:
    """
    What the engine has.

    Attributes:
        first, second: The service, built twice.
        broken: An image that never gets healthy.
        settings: Lines of a .env that name the others.
    """

    first: str
    second: str
    broken: str
    settings: str


def build_stack_images(engine: CommandEngine, building: Mapping[str, str], folder: Path) -> StackImages:
    """Build all of them; what was built before from the same files is found in the engine's store."""
    here = Path(__file__).parent / "stand_ins"
    _build(engine, building, here, _STAND_INS)
    _build(engine, building, ROOT / "deploy" / "mlflow", _MLFLOW)
    home = folder / "bentoml"
    home.mkdir()
    store_models(home, "v1", write_models(folder / "models"))
    tag = build(home, "v1")
    options = ["--backend", engine.name, *(["--opt", "format=docker"] if engine.name == "podman" else [])]
    first, second = f"{_SERVICE}:1", f"{_SERVICE}:2"
    run(
        *("-m", "bentoml", "containerize", tag, *options, "--image-tag", first),
        home=home,
        timeout=900,
        environment={**os.environ, **building},
    )
    recipe = folder / "second"
    recipe.mkdir()
    (recipe / "Dockerfile").write_text(f"FROM {first}\nENV SVGAI_BUILT_AGAIN=1\n")
    _build(engine, building, recipe, second)
    names = ("POSTGRES", "REDIS", "NGINX", "PROMETHEUS", "ALERTMANAGER")
    settings = "".join(f"{name}_IMAGE='{_STAND_INS}'\n" for name in names) + f"MLFLOW_IMAGE='{_MLFLOW}'\n"
    return StackImages(first, second, _STAND_INS, settings)


def _build(engine: CommandEngine, building: Mapping[str, str], folder: Path, tag: str) -> None:
    command = [engine.program, "build", "--tag", tag]
    command += ["--format", "docker"] if engine.name == "podman" else []
    done = subprocess.run(
        [*command, str(folder)],
        env={**os.environ, **building},
        capture_output=True,
        text=True,
        check=False,
        timeout=900,
    )
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
