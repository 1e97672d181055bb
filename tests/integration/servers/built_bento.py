"""A Bento of the working tree and of models in a store, built by `bentoml build`."""

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from tests.integration.servers.served import ROOT

_STORE_MODEL = """
import sys, shutil, bentoml
tag, folder = sys.argv[1:]
with bentoml.models.create(tag) as model:
    shutil.copytree(folder, model.path, dirs_exist_ok=True)
"""


def store_models(home: Path, version: str, folder: Path) -> None:
    """Put the folder's models into the store of a BentoML home, both under the same version."""
    for kind in ("classifier", "optimizer"):
        run("-c", _STORE_MODEL, f"svgai-{kind}:{version}", str(folder), home=home)


def build(
    home: Path, version: str, *, challenger: str = "", cwd: Path = ROOT, environment: Mapping[str, str] = os.environ
) -> str:
    """Build the Bento of a working tree with stored models, and another version of the optimizer as challenger."""
    pins = [f"--arg={kind}=svgai-{kind}:{version}" for kind in ("classifier", "optimizer")]
    pins += [f"--arg=challenger_optimizer=svgai-optimizer:{challenger}"] if challenger else []
    built = run("-m", "bentoml", "build", "--output", "tag", *pins, ".", home=home, cwd=cwd, environment=environment)
    return built.strip().splitlines()[-1].removeprefix("__tag__:")


def run(
    *command: str, home: Path, timeout: float = 120, cwd: Path = ROOT, environment: Mapping[str, str] = os.environ
) -> str:
    """What Python prints, run in the working tree with a BentoML home; AssertionError where it fails."""
    own = {"BENTOML_HOME": str(home), "BENTOML_DO_NOT_TRACK": "true", "COLUMNS": "500"}
    result = subprocess.run(
        [sys.executable, *command],
        cwd=cwd,
        env={**environment, **own},
        capture_output=True,
        text=True,
        check=False,
        timeout=timeout,
    )
    assert result.returncode == 0, result.stdout + result.stderr
    return result.stdout
