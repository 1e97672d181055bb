"""The page of what has changed."""

from pathlib import Path

import pytest

from learning.drift_report import looked_through, write_drift_report
from svgai.outcomes.drift_watch import DriftWatch
from svgai.outcomes.quality_database import QualityDatabase
from tests.unit.svgai.outcomes.test_drift_watch import START, images, reference


@pytest.mark.slow
@pytest.mark.parametrize("count, drifted", [(700, ("grain",)), (3, ())])
def test_a_page_shows_what_changed(tmp_path: Path, count: int, drifted: tuple[str, ...]) -> None:
    """The most changed first, with pictures; of too few images it says so."""
    database = QualityDatabase(f"sqlite:///{tmp_path / 'quality.db'}")
    database.migrate()
    database.write(images(count, 1, grain=0.4))
    watch = DriftWatch(reference(), START.replace(year=2020))
    figures = looked_through(watch, database)
    assert (figures.images, figures.drifted) == (count, drifted)
    write_drift_report(watch, figures, tmp_path / "drift.html")
    page = (tmp_path / "drift.html").read_text()
    assert ("data:image/png;base64," in page) == bool(drifted)
    assert ("There are no 500 images yet" in page) != bool(drifted)
    assert "Estimated accuracy" in page
    if drifted:
        assert page.index("<td>grain</td>") < page.index("<td>grey_share</td>")
