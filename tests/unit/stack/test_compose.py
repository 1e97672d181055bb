"""Programs run in the container of a service."""

from pathlib import Path

import pytest

from containers.engine import CommandEngine
from stack.compose import Compose
from stack.environment import Environment
from svgai.errors import StackFault

ENGINE = """#!/bin/sh
case "$1 $*" in
"ps "*=absent*) ;;
"ps "*) echo id-of-it ;;
*false*) echo "it is not so" >&2; exit 3 ;;
*) echo "$@" ;;
esac
"""


def compose(folder: Path, shown: list[str], *, dry: bool = False) -> Compose:
    """On an engine that prints what it is asked to run, with a program for compose that is not there."""
    program = folder / "podman"
    program.write_text(ENGINE)
    program.chmod(0o755)
    engine, environment = CommandEngine("podman", str(program)), Environment({"COMPOSE_PROJECT_NAME": "fake"})
    return Compose(("compose",), engine, folder, environment, shown.append, dry)


def test_the_engine_runs_it_in_the_container(tmp_path: Path) -> None:
    """Compose, which reads all of its files first, is not called."""
    into = tmp_path / "dump"
    one = compose(tmp_path, [])
    assert one.inside("postgres", "cat", "a file") == "exec id-of-it cat a file\n"
    assert one.inside("postgres", "cat", "a file", into=into) == ""
    assert into.read_text() == "exec id-of-it cat a file\n"


def test_what_goes_wrong_is_told(tmp_path: Path) -> None:
    """With what the program said; a service that does not run has no container to run it in."""
    one = compose(tmp_path, [])
    with pytest.raises(StackFault, match="false in nginx failed with 3:\nit is not so"):
        one.inside("nginx", "false")
    with pytest.raises(StackFault, match="absent does not run"):
        one.inside("absent", "true")


def test_a_change_is_shown_as_a_command_of_compose(tmp_path: Path) -> None:
    """Which is all that a dry run does."""
    shown: list[str] = []
    compose(tmp_path, shown, dry=True).change_inside("nginx", "false")
    assert len(shown) == 1
    assert shown[0].startswith("compose --file compose.yaml ")
    assert shown[0].endswith(" exec -T nginx false")
    with pytest.raises(StackFault):
        compose(tmp_path, shown).change_inside("nginx", "false")
