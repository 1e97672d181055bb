"""A Bento built from the working tree with models in the store, served from a folder of its own."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from svgai.decode.pixels import encode_png
from tests.fakes.tiny_models import drawn_logo, write_models
from tests.integration.servers.built_bento import build, store_models
from tests.integration.servers.served import ROOT, encoded, script_of, serving

pytestmark = pytest.mark.integration


@pytest.mark.long
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
    store_models(home, "v1", models)
    store_models(home, "v2", newer)
    tag = build(home, "v1")
    with serving(service, bento=tag) as served:
        answer = served.client.post("/api/optimize", json={"image": encoded(encode_png(drawn_logo(1)))})
        assert answer.json()["model_version"] == "classifier:1,optimizer:1"
        # What no module imports is in the Bento only because the bentofile names it.
        for path in ("/", "/docs"):
            assert served.client.get(script_of(served.client.get(path).text)).status_code == 200
    (bento,) = home.glob("bentos/svgai/*/")
    sources = {path.name for path in (bento / "src").iterdir()}
    assert sources >= {"service.py", "svgai"}
    assert not sources & {"training", "registry", "tests"}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """What a Bento is built from, in a folder of its own."""
    folder = tmp_path / "project"
    folder.mkdir()
    for name in ("service.py", "bentofile.yaml", "LICENSE", "svgai", "requirements", "deploy"):
        source = ROOT / name
        (shutil.copytree if source.is_dir() else shutil.copyfile)(source, folder / name)
    return folder


def test_a_store_inside_the_project_stays_out_of_its_bentos(project: Path) -> None:
    """Built twice, a Bento holds the project's files once, and nothing of the Bentos before it; no uv is needed."""
    home = project / "bentoml"
    home.mkdir()
    models = write_models(project.parent / "models")
    without_uv = {**os.environ, "PATH": "/usr/bin:/bin", "PIP_NO_INDEX": "1", "PYTHONPATH": ""}
    contents = []
    for version in ("v1", "v2"):
        store_models(home, version, models)
        tag = build(home, version, cwd=project, environment=without_uv)
        sources = home.joinpath("bentos", *tag.split(":"), "src")
        contents.append({path.relative_to(sources).as_posix() for path in sources.rglob("*") if path.is_file()})
    assert contents[0] == contents[1]
    assert not any(name.startswith("bentoml/") for name in contents[0])
    assert {"service.py", "LICENSE", "deploy/image/install.sh", "svgai/settings.py"} <= contents[0]
    requirements = sources.parent / "env" / "python" / "requirements.txt"
    pinned = (project / "requirements" / "serving.txt").read_text().splitlines()
    assert requirements.read_text().splitlines() == pinned


def test_a_bento_without_models_is_not_built(project: Path) -> None:
    """It would never get ready: the build says what is missing, and what makes it."""
    home = project.parent / "bentoml"
    home.mkdir()
    built = subprocess.run(
        [sys.executable, "-m", "bentoml", "build"],
        cwd=project,
        env={**os.environ, "BENTOML_HOME": str(home), "COLUMNS": "500", "BENTOML_DO_NOT_TRACK": "true"},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    said = built.stdout + built.stderr
    assert built.returncode != 0
    assert "the BentoML store has no svgai-classifier:latest and no svgai-optimizer:latest" in said
    assert "`svgai build`" in said
    assert "Successfully built" not in said
    assert list(home.glob("bentos/svgai/*/")) == []
