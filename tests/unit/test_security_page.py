"""docs/security.md: every threat names tests that exist."""

import ast
import itertools
import re
from pathlib import Path

ROOT = Path(__file__).parents[2]


def _threats() -> list[list[str]]:
    lines = (ROOT / "docs/security.md").read_text(encoding="utf-8").splitlines()
    start = lines.index("| threat | what holds | test |") + 2
    rows = itertools.takewhile(lambda line: line.startswith("|"), lines[start:])
    return [row.strip("|").split(" | ") for row in rows]


def test_every_threat_names_what_holds_and_a_test() -> None:
    """No cell is empty, and there is more than a handful of them."""
    threats = _threats()
    assert len(threats) > 20
    for row in threats:
        assert len(row) == 3
        assert all(cell.strip() for cell in row)


def test_the_tests_that_prove_it_exist() -> None:
    """Each is a function of its file."""
    for _threat, _holds, tests in _threats():
        named = re.findall(r"`([^`]+)::([^`]+)`", tests)
        assert named, tests
        for file, function in named:
            tree = ast.parse((ROOT / file).read_text(encoding="utf-8"))
            defined = {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
            assert function in defined, f"{file}::{function}"
