"""What commands write with, and where it appears."""

import json
from dataclasses import dataclass
from pathlib import Path

import pytest
from rich.progress import Progress

from commands.terminal.console import Console, ProgressBars, print_json
from svgai.trace.parameters import TracingParameters

LONG = "a very long message that does not fit into eighty columns " * 3


@dataclass(frozen=True)
class Answer:
    path: Path
    parameters: TracingParameters
    found: tuple[int, ...]


def test_a_fault_is_one_line_as_it_was_said(capsys: pytest.CaptureFixture[str]) -> None:
    """Never wrapped; what stands in brackets is text, not markup."""
    Console.fault(f"{LONG}of [a, b] and [/c] in logo[1].png")
    shown = capsys.readouterr()
    assert shown.err == f"error: {LONG}of [a, b] and [/c] in logo[1].png\n"
    assert shown.out == ""


def test_messages_are_not_wrapped(capsys: pytest.CaptureFixture[str]) -> None:
    """A command in a message can be copied as one line; all goes to stderr."""
    Console().say(f"[bold]{LONG}[/bold]")
    shown = capsys.readouterr()
    assert shown.err == f"{LONG}\n"
    assert shown.out == ""


def test_quiet_means_quiet(capsys: pytest.CaptureFixture[str]) -> None:
    """With JSON wanted nothing else is said."""
    console = Console(quiet=True)
    console.say("hello")
    console.table("title", {"a": 1})
    with console.waiting("for a while"), console.progress() as bars:
        bars.counter("Drawing")(1, 2)
    assert capsys.readouterr().err == ""


def test_cells_are_text(capsys: pytest.CaptureFixture[str]) -> None:
    """Numbers are short, brackets stay."""
    console = Console()
    console.rows("Rows", ("name", "value"), [("logo[1].png", 0.123456), ("[/b]", 7)])
    console.table("Table", {"loss[2]": "[red]"})
    shown = capsys.readouterr().err
    for text in ("logo[1].png", "0.1235", "[/b]", "7", "loss[2]", "[red]"):
        assert text in shown


def test_stages_share_a_bar_by_name() -> None:
    """What changes in brackets does not open a new bar; another stage does."""
    bars = Progress()
    stages = ProgressBars(bars).stages()
    stages("Reading images", 1, 4)
    stages("Training (accuracy 0.5)", 1, 24)
    stages("Training (accuracy 0.9)", 2, 24)
    assert [(task.description, task.completed, task.total) for task in bars.tasks] == [
        ("Reading images", 1, 4),
        ("Training (accuracy 0.9)", 2, 24),
    ]


def test_json_holds_everything_plain(capsys: pytest.CaptureFixture[str]) -> None:
    """Dataclasses, models, paths and tuples, on stdout alone."""
    print_json([Answer(Path("a/b"), TracingParameters(upscale=2), (1, 2))])
    shown = capsys.readouterr()
    (answer,) = json.loads(shown.out)
    assert (answer["path"], answer["parameters"]["upscale"], answer["found"]) == ("a/b", 2, [1, 2])
    assert shown.err == ""
