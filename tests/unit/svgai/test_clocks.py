"""A clock that is set while the service runs changes no wait and no measured time."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
WALL_CLOCK = {("time", "time"), ("time", "time_ns"), ("datetime", "now"), ("datetime", "utcnow")}

STAMPS = {"svgai/outcomes/outcome.py", "svgai/outcomes/spool.py", "svgai/serve/ai_status.py", "svgai/stages.py"}
"""Modules that note when something was, and measure nothing by it."""


def asks_the_wall_clock(module: Path) -> bool:
    """Whether a module calls what jumps when somebody sets the clock."""
    nodes = ast.walk(ast.parse(module.read_text(encoding="utf-8")))
    named = [node for node in nodes if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name)]
    return any((ast.unparse(node.value), node.attr) in WALL_CLOCK for node in named)


@pytest.mark.slow
def test_nothing_that_serves_times_by_the_wall_clock() -> None:
    """All of it counts by a clock that only goes on; whoever adds one that tells a time names it here."""
    asking = {
        module.relative_to(ROOT).as_posix() for module in (ROOT / "svgai").rglob("*.py") if asks_the_wall_clock(module)
    }
    assert asking == STAMPS
