"""The image of the `svgai` command, which jobs run."""

import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[3]
RECIPE = (ROOT / "deploy/command/Dockerfile").read_text(encoding="utf-8")


def test_it_holds_all_that_the_command_imports() -> None:
    """Every room and module of the package, and what a build of a Bento reads; no tests, no documents, no data."""
    ignored = (ROOT / "deploy/command/Dockerfile.dockerignore").read_text(encoding="utf-8").split()
    held = {line.removeprefix("!") for line in ignored if line.startswith("!")}
    setuptools = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["setuptools"]
    rooms = {name.rstrip("*") for name in setuptools["packages"]["find"]["include"]}
    modules = {f"{name}.py" for name in setuptools["py-modules"]}
    assert ignored[0] == "*"
    assert held == rooms | modules | {"bentofile.yaml", "deploy", "pyproject.toml", "requirements"}


def test_it_runs_as_a_user_that_a_cluster_can_tell_from_root() -> None:
    """By its number, on the Python that the service has."""
    (user,) = re.findall(r"^USER (\S+)$", RECIPE, re.MULTILINE)
    assert int(user) > 0
    (base,) = re.findall(r"^FROM (\S+)$", RECIPE, re.MULTILINE)
    assert base in (ROOT / "svgai/serve/bento/container_image.py").read_text(encoding="utf-8")
    assert "requirements/all.txt" in RECIPE
