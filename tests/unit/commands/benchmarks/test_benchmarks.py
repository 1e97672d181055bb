"""The benchmarks' command line, before anything is started."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from commands.benchmarks.__main__ import app
from svgai.errors import DatasetFault, ModelFault

PAGES = {
    "docs/benchmarks.md": (
        *("throughput", "isolation", "overload", "start", "memory", "takeover", "container", "outcomes"),
        *("metrics", "folder"),
    ),
    "docs/reliability.md": ("faults", "floods", "soak"),
}
COMMANDS = [command for commands in PAGES.values() for command in commands]
ARGUMENTS = {"takeover": ["1", "2"], "container": ["svgai:latest"]}


@pytest.mark.parametrize("command", COMMANDS)
def test_a_document_without_a_place_is_told_first(command: str, tmp_path: Path) -> None:
    """Not after everything was measured."""
    page = tmp_path / "page.md"
    page.write_text("<!-- begin: other -->\n<!-- end: other -->\n")
    done = CliRunner().invoke(app, [command, *ARGUMENTS.get(command, []), "--report", str(page)])
    assert isinstance(done.exception, DatasetFault)
    assert f"<!-- begin: {command} -->" in str(done.exception)


def test_the_documents_have_a_place_for_every_benchmark() -> None:
    """Each command writes a section of its own name."""
    assert {command.name or command.callback.__name__ for command in app.registered_commands if command.callback} == {
        *COMMANDS
    }
    for page, commands in PAGES.items():
        text = (Path(__file__).parents[4] / page).read_text(encoding="utf-8")
        assert all(text.count(f"<!-- begin: {command} -->") == 1 for command in commands)


@pytest.mark.usefixtures("clean_environment")
def test_without_models_there_is_no_limit_to_measure() -> None:
    """With what trains them."""
    done = CliRunner().invoke(app, ["throughput"])
    assert isinstance(done.exception, ModelFault)
    assert "make serve" in str(done.exception)


def test_a_wrong_duration_is_a_wrong_argument() -> None:
    """Told as such, not as a traceback."""
    done = CliRunner().invoke(app, ["memory", "--duration", "10"])
    assert done.exit_code == 2
    assert "is not a duration" in done.output
