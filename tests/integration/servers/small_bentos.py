"""Bentos that start in a second and behave as their name says: the fixture `bento_home`."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

SERVICE = """
import itertools

import bentoml

MODE = "good"
CALLS = itertools.count()
SVG = "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 9 9'><path d='M1 1h5v5z'/></svg>"


@bentoml.service(name="svgai", workers=1)
class SvgAi:
    async def __is_ready__(self) -> bool:
        return MODE != "unready"

    def answer(self) -> dict[str, object]:
        if MODE == "failing" and next(CALLS) >= 9:
            raise RuntimeError("as it was told")
        return {"type": "odd" if MODE == "odd" else "text", "model_version": f"MODE {MODE}", "svg": SVG}

    @bentoml.api(route="/api/classify")
    def classify(self, image: str) -> dict[str, object]:
        return self.answer()

    @bentoml.api(route="/api/optimize")
    def optimize(self, image: str) -> dict[str, object]:
        return self.answer()

    @bentoml.api(route="/api/convert")
    def convert(self, image: str) -> dict[str, object]:
        return self.answer()
"""
BENTOFILE = """\
service: "service:SvgAi"
include: ["service.py"]
python: {lock_packages: false, packages: ["bentoml"]}
"""
MODES = ("good", "better", "best", "odd", "unready", "failing")


def tag(mode: str) -> str:
    """The Bento of a mode."""
    return f"svgai:{mode}"


@pytest.fixture(scope="session")
def bento_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A BentoML home with a Bento for each of MODES."""
    folder = tmp_path_factory.mktemp("small-bentos")
    project, home = folder / "project", folder / "bentoml"
    project.mkdir()
    (project / "service.py").write_text(SERVICE)
    (project / "bentofile.yaml").write_text(BENTOFILE)
    subprocess.run(
        [sys.executable, "-m", "bentoml", "build", "--version", "good", "."],
        cwd=project,
        env=os.environ | {"BENTOML_HOME": str(home), "BENTOML_DO_NOT_TRACK": "true"},
        check=True,
        capture_output=True,
    )
    built = home / "bentos" / "svgai" / "good"
    for mode in MODES[1:]:
        copied = shutil.copytree(built, built.with_name(mode))
        for file, old, new in (
            ("src/service.py", 'MODE = "good"', f'MODE = "{mode}"'),
            ("bento.yaml", "version: good", f"version: {mode}"),
        ):
            text = (copied / file).read_text()
            assert old in text
            (copied / file).write_text(text.replace(old, new, 1))
    return home
