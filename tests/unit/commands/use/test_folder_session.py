"""Runs of `svgai convert`, and what is told at their end."""

import csv
import json
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from commands.folders.converters import Converted, Converter
from commands.folders.folder_conversion import FolderConversion, Workers
from commands.terminal.console import Console
from commands.use.folder_session import STOPPED, FolderSession, Outcomes
from tests.fakes.fake_converter import FakeConverter

Changes = Iterator[frozenset[str] | None]


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder, with two images in `in`."""
    (tmp_path / "in").mkdir()
    for name in ("a", "b"):
        (tmp_path / f"in/{name}.png").write_text(name)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def session(converter: Converter, *, as_json: bool = False, report: Path | None = None) -> FolderSession:
    outcomes = Outcomes(report, None, 10**6, as_json=as_json)
    return FolderSession(FolderConversion("out", converter, Workers(1)), outcomes, Console(quiet=True))


def sources(report: Path) -> list[str]:
    with report.open(newline="") as lines:
        return [row["source"] for row in csv.DictReader(lines)]


def test_a_report_holds_what_was_done_before_under_another_path(place: Path) -> None:
    """A folder may be called by its absolute path, or from elsewhere, the next time."""
    report = place / "r.csv"
    assert session(FakeConverter(), report=report).run(["in"]) == 0
    assert sources(report) == ["in/a.png", "in/b.png"]
    assert session(FakeConverter(), report=report).run([str(place / "in")]) == 0
    assert sources(report) == [str(place / "in/a.png"), str(place / "in/b.png")]


def test_watching_tells_of_all_that_it_converted(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The newest of each image that is still there, with figures; not the last change alone."""

    def follow(_: Sequence[Path]) -> Changes:
        yield None
        for name in ("c", "gone"):
            (place / f"in/{name}.png").write_text(name)
            yield frozenset({str(place / f"in/{name}.png"), str(place / "in/a.png")})
        (place / "in/gone.png").unlink()
        raise KeyboardInterrupt

    assert session(FakeConverter(), as_json=True).watch(["in"], [place / "in"], follow) == STOPPED
    told = json.loads(capsys.readouterr().out)
    assert [(one["source"], one["state"]) for one in told] == [
        ("in/a.png", "converted"),
        ("in/b.png", "converted"),
        ("in/c.png", "converted"),
    ]


class StoppedConverter(FakeConverter):
    """Is interrupted at the image b."""

    def convert(self, image: bytes) -> Converted:
        if image == b"b":
            raise KeyboardInterrupt
        return super().convert(image)


def test_ctrl_c_during_a_conversion_ends_watching_with_a_report(place: Path) -> None:
    """Of what is finished."""
    report = place / "r.csv"

    def follow(_: Sequence[Path]) -> Changes:
        yield None
        raise AssertionError("it should have ended")

    assert session(StoppedConverter(), report=report).watch(["in"], [place / "in"], follow) == STOPPED
    assert sources(report) == ["in/a.png"]
