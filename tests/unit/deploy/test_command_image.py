"""The image of the `svgai` command, which jobs run."""

import re
import tomllib
from pathlib import Path

import typer
import yaml

from cli import app
from commands.delivery.watcher_life import LOOKED

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
    assert held == rooms | modules | {"bentofile.yaml", "deploy", "LICENSE", "pyproject.toml", "requirements"}
    of_a_bento = yaml.safe_load((ROOT / "bentofile.yaml").read_text(encoding="utf-8"))["include"]
    assert {pattern.removeprefix("/").partition("/")[0] for pattern in of_a_bento} <= held


def test_the_stack_s_watcher_runs_in_it() -> None:
    """By a command that it has, with all that it writes in volumes whose folders the image gives to its user."""
    compose = yaml.safe_load((ROOT / "deploy/compose/compose.yaml").read_text(encoding="utf-8"))
    watcher = compose["services"]["watcher"]
    (tag,) = re.findall(r"docker build .* --tag (\S+) \.", RECIPE)
    assert watcher["image"] == f"${{WATCHER_IMAGE:-{tag}}}"
    name, *options = watcher["command"]
    command = typer.main.get_command(app).commands[name]  # type: ignore[attr-defined]
    assert command.make_context(name, options).params["serve"] is False
    (user,) = re.findall(r"^USER (\S+)$", RECIPE, re.MULTILINE)
    (owner, folders) = re.findall(r"^RUN install -d -o (\S+) -g \S+ (.+)$", RECIPE, re.MULTILINE)[0]
    assert owner == user
    (workdir,) = re.findall(r"^WORKDIR (\S+)$", RECIPE, re.MULTILINE)
    written = {volume.split(":")[1] for volume in watcher["volumes"]}
    assert written == set(folders.split())
    assert f"{workdir}/{LOOKED.parent}" in written
    assert any(watcher["environment"]["BENTOML_HOME"].startswith(f"{folder}/") for folder in written)


def test_it_runs_as_a_user_that_a_cluster_can_tell_from_root() -> None:
    """By its number, on the Python that the service has."""
    (user,) = re.findall(r"^USER (\S+)$", RECIPE, re.MULTILINE)
    assert int(user) > 0
    (base,) = re.findall(r"^FROM (\S+)$", RECIPE, re.MULTILINE)
    assert base in (ROOT / "svgai/serve/bento/container_image.py").read_text(encoding="utf-8")
    assert "requirements/all.txt" in RECIPE
