"""A Bento built from the working tree with models in the store, served from a folder of its own."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from svgai.images import encode_png
from tests.integration.served import ROOT, encoded, serving
from tests.tiny_models import drawn_logo, write_models

pytestmark = pytest.mark.integration

STORE_MODEL = """
import sys, shutil, bentoml
tag, folder = sys.argv[1:]
with bentoml.models.create(tag) as model:
    shutil.copytree(folder, model.path, dirs_exist_ok=True)
"""


def _run(*command: str, home: Path) -> str:
    environment = os.environ | {"BENTOML_HOME": str(home), "BENTOML_DO_NOT_TRACK": "true", "COLUMNS": "500"}
    result = subprocess.run(
        [sys.executable, *command], cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=120
    )
    assert result.returncode == 0, result.stdout + result.stderr
    return result.stdout


def test_a_bento_serves_the_models_it_was_built_with(tmp_path: Path) -> None:
    """The built Bento serves exactly the versions named as arguments, though the store holds newer ones."""
    models = write_models(tmp_path / "models")
    newer = shutil.copytree(models, tmp_path / "newer")
    (newer / "metadata.json").write_text(
        (models / "metadata.json").read_text().replace('"version": "1"', '"version": "2"')
    )
    service = tmp_path / "service"
    home = service / "bentoml"
    home.mkdir(parents=True)
    for version, folder in (("v1", models), ("v2", newer)):
        for kind in ("classifier", "optimizer"):
            _run("-c", STORE_MODEL, f"svgai-{kind}:{version}", str(folder), home=home)
    pins = [f"--arg={kind}=svgai-{kind}:v1" for kind in ("classifier", "optimizer")]
    built = _run("-m", "bentoml", "build", "--output", "tag", *pins, ".", home=home)
    tag = built.strip().splitlines()[-1].removeprefix("__tag__:")
    with serving(service, bento=tag) as served:
        answer = served.client.post("/api/optimize", json={"image": encoded(encode_png(drawn_logo(1)))})
        assert answer.json()["model_version"] == "classifier:1,optimizer:1"
    (bento,) = home.glob("bentos/svgai/*/")
    sources = {path.name for path in (bento / "src").iterdir()}
    assert sources >= {"service.py", "svgai"}
    assert not sources & {"training", "registry", "tests"}
