"""Programs that an evaluation calls."""

from pathlib import Path

import pytest

from evaluation.judge.outside_programs import Programs, output_of
from svgai.errors import ProgramFailed


def test_what_a_program_is_given_and_writes() -> None:
    """Its input as bytes, its output as text."""
    assert output_of(["cat"], b"drawn") == "drawn"


@pytest.mark.parametrize(
    "command, reason",
    [
        (["sh", "-c", "echo too small >&2; exit 3"], "sh ended with 3: too small"),
        (["sh", "-c", "exit 1"], "sh ended with 1: without a word"),
        (["/no/such/program"], "/no/such/program gave no answer"),
    ],
)
def test_a_program_that_fails_is_a_fault(command: list[str], reason: str) -> None:
    """With what it said."""
    with pytest.raises(ProgramFailed, match=reason):
        output_of(command)


def test_programs_are_those_of_the_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One that is not there is None."""
    there = tmp_path / "potrace"
    there.write_text("#!/bin/sh\n")
    there.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert Programs.installed() == Programs(butteraugli=None, potrace=str(there))
