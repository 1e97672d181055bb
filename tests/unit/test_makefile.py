"""The environment of a project that was moved or copied: made anew, and only by what needs it."""

import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project whose environment is complete."""
    project = tmp_path / "the project"
    (project / "requirements").mkdir(parents=True)
    shutil.copy(ROOT / "Makefile", project)
    for file in ("requirements/all.txt", "requirements/dev.txt", "pyproject.toml"):
        (project / file).touch()
    (project / ".venv").mkdir()
    for file in (".installed", ".installed-dev"):
        (project / ".venv" / file).touch()
    return project


def make(project: Path, *arguments: str) -> str:
    return subprocess.run(
        ["make", *arguments], cwd=project, capture_output=True, text=True, check=True, timeout=60
    ).stdout


def test_an_environment_at_its_place_is_kept(project: Path) -> None:
    """Also where the project is reached through a link."""
    (project / ".venv" / ".made-in").write_text(f"{project}\n")
    link = project.parent / "link"
    link.symlink_to(project)
    for place in (project, link):
        assert "rm -rf .venv" not in make(place, "-n", "serve")


@pytest.mark.slow
def test_an_environment_of_another_folder_is_made_anew(project: Path) -> None:
    """By a target that needs one; help, and whatever else only reads, leaves it where it is."""
    (project / ".venv" / ".made-in").write_text("/another/place\n")
    make(project, "help")
    planned = make(project, "-n", "lint")
    assert (project / ".venv" / ".installed").exists()
    assert "pip install" in planned
    assert '[ -z "yes" -a ! -e .venv/.unfinished ] || rm -rf .venv' in planned
