"""The commands of the guides: each is there, with the options and arguments that it is given."""

import re
import shlex
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest
import typer.main

from cli import app

ROOT = Path(__file__).parents[2]
GUIDES = ("docs/ml-engineer.md", "docs/own-models.md", "docs/promoting-models.md")
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")


def lines() -> Iterator[str]:
    for guide in GUIDES:
        for line in (ROOT / guide).read_text(encoding="utf-8").splitlines():
            if re.match(r"    (svgai|make|python) ", line):
                yield line.strip().partition("   #")[0]


@pytest.mark.parametrize("line", sorted(set(lines())))
def test_every_command_of_a_guide_is_taken(line: str) -> None:
    """With all that is written after it; nothing is done."""
    program, *arguments = shlex.split(line)
    if program == "make":
        assert re.search(rf"^{arguments[0]}:", MAKEFILE, re.MULTILINE)
    elif program == "python":
        assert arguments[0] == "-m"
        assert find_spec(arguments[1]) is not None
    else:
        command = typer.main.get_command(app).commands[arguments[0]]  # type: ignore[attr-defined]
        assert command.make_context(arguments[0], arguments[1:]).params
