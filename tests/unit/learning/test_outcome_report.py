"""The page: complete in itself, and safe whatever people wrote."""

import base64
import io
import re
from pathlib import Path

import pytest
from PIL import Image

from learning.outcome_pictures import pictures
from learning.outcome_report import write_report
from learning.stored_outcomes import StoredOutcomes, read_outcomes
from svgai.outcomes.quality_database import QualityDatabase
from tests.fakes.stored_outcomes import OTHER, filled_database


def _outcomes(url: str) -> StoredOutcomes:
    database = QualityDatabase(url)
    database.migrate()
    read = read_outcomes(database)
    database.close()
    return read


@pytest.mark.slow
def test_the_page_holds_all_that_it_shows(tmp_path: Path) -> None:
    """No file and no address beside it; figures, rows, codes and digests are there."""
    figures = write_report(_outcomes(filled_database(tmp_path)), tmp_path / "report.html")
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert figures.conversions == 4
    assert set(re.findall(r'(?:src|href)="([a-z]+:)', page)) == {"data:"}
    assert "<code>timeout</code>" in page
    assert OTHER in page
    assert "<td>2026-01-03</td><td>text</td><td>2</td>" in page
    assert "66.7 %" in page


@pytest.mark.slow
def test_what_people_wrote_is_text(tmp_path: Path) -> None:
    """A comment cannot become part of the page."""
    write_report(_outcomes(filled_database(tmp_path)), tmp_path / "report.html")
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert "&lt;b&gt;torn&lt;/b&gt;" in page
    assert "<b>" not in page


@pytest.mark.slow
def test_each_picture_is_one_and_says_what_is_seen(tmp_path: Path) -> None:
    """Five: attainment, bytes, predictions, bounds, ratings."""
    drawn = pictures(_outcomes(filled_database(tmp_path)))
    assert len(drawn) == 5
    for picture in drawn:
        data = base64.b64decode(picture.url.removeprefix("data:image/png;base64,"))
        assert len(Image.open(io.BytesIO(data)).convert("RGB").getcolors(1 << 20) or []) > 4
        assert picture.told


def test_of_nothing_there_is_a_page_without_pictures(tmp_path: Path) -> None:
    """A store that was just made."""
    write_report(_outcomes(f"sqlite:///{tmp_path / 'new.db'}"), tmp_path / "report.html")
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert "Nothing is kept" in page
    assert "<img" not in page
