"""Figures of a benchmark, shown and written."""

import json
from pathlib import Path

import pytest

from commands.benchmarks.measured import Result, show_together

RESULTS = (Result("queues", [{"limit": 4}], "| limit |"), Result("autoscalers", [{"delay": 2}], "| delay |"))


def test_several_results_of_one_command_are_one_document(capsys: pytest.CaptureFixture[str]) -> None:
    """A program that reads JSON reads one value."""
    show_together(RESULTS, None, as_json=True)
    assert json.loads(capsys.readouterr().out) == {"queues": [{"limit": 4}], "autoscalers": [{"delay": 2}]}


def test_each_result_goes_to_its_place_in_the_report(tmp_path: Path) -> None:
    """Whatever else the document says stays."""
    report = tmp_path / "report.md"
    places = "<!-- begin: {0} -->\n\nnone\n\n<!-- end: {0} -->\n"
    report.write_text(f"Before.\n\n{places.format('queues')}{places.format('autoscalers')}", encoding="utf-8")
    show_together(RESULTS, report, as_json=False)
    written = report.read_text(encoding="utf-8")
    assert written.startswith("Before.")
    assert written.index("| limit |") < written.index("begin: autoscalers") < written.index("| delay |")
