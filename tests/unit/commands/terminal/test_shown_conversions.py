"""How conversions of files are shown."""

import pytest

from commands.folders.records import FileRecord
from commands.folders.results.summary import Summary
from commands.terminal.console import Console
from commands.terminal.shown_conversions import show_conversions, show_summary
from svgai.measure.quality import Quality
from tests.unit.commands.terminal.test_shown_results import words

QUALITY = Quality(0.9876, 0.7654, 0.9, 0.5, 1234, 3)
RECORDS = [
    FileRecord(source="a.png", output="a.svg", type="text", quality=QUALITY, met_target=True, image_bytes=2_500_000),
    FileRecord(source="b.png", output="b.svg", quality=QUALITY, missed=("ssim", "worst")),
    FileRecord.failed("c.png", "c.svg", "invalid_image", "no image"),
    FileRecord(source="d.png", output="d.svg", state="skipped"),
]


def test_conversions_show_results_and_reasons(capsys: pytest.CaptureFixture[str]) -> None:
    """One row a file, also for those that could not be converted, or were done before."""
    show_conversions(Console(), RECORDS)
    shown = words(capsys.readouterr().err)
    assert "a.png a.svg text 0.9876 0.7654 0.5 1234 yes" in shown
    assert "b.png b.svg - 0.9876 0.7654 0.5 1234 no: ssim, worst" in shown
    assert "c.png no image" in shown
    assert "d.png d.svg (done before)" in shown


def test_a_run_is_one_line_and_a_row_for_each_kind_of_fault(capsys: pytest.CaptureFixture[str]) -> None:
    """Counts, seconds, rate and sizes; each fault with the first file that had it."""
    times = iter([0.0, *[6.0] * 9])
    summary = Summary(lambda: next(times))
    for record in RECORDS:
        summary.add(record)
    show_summary(Console(), summary)
    shown = words(capsys.readouterr().err)
    assert "2 converted (1 fell short of the promise), 1 done before, 1 failed in 6.0 s, 0.5 a second" in shown
    assert "2.5 MB of images became 2.5 kB of SVG" in shown
    assert "invalid_image 1 c.png: no image" in shown
