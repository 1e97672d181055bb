"""What a run came to."""

from commands.folders.records import FileRecord
from commands.folders.results.summary import Summary
from svgai.measure.quality import Quality


def test_records_are_counted_and_not_kept() -> None:
    """By what became of them; faults by their kind, with the first of each."""
    times = iter([0.0, 4.0, 4.0])
    summary = Summary(lambda: next(times))
    quality = Quality(0.99, 0.9, 0.95, 0.2, 100, 1)
    summary.add(FileRecord(source="a", quality=quality, met_target=True, image_bytes=1000))
    summary.add(FileRecord(source="b", quality=quality, met_target=False, image_bytes=500))
    summary.add(FileRecord(source="c", state="skipped"))
    for name in "de":
        summary.add(FileRecord.failed(name, name, "invalid_image", "no image"))
    assert (summary.converted, summary.short, summary.skipped, summary.failed, summary.done) == (2, 1, 1, 2, 5)
    assert (summary.image_bytes, summary.svg_bytes) == (1500, 200)
    assert summary.examples == {"invalid_image": "d: no image"}
    assert summary.rate == 1.0
