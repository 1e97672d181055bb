"""The figures of a report."""

import math
from datetime import date
from pathlib import Path

import pytest

from learning.outcome_figures import Summary, by_day, errors, low_ratings, summary
from learning.stored_outcomes import StoredOutcomes, read_outcomes
from svgai.outcomes.quality_database import QualityDatabase
from tests.fakes.stored_outcomes import OTHER, filled_database


@pytest.fixture
def outcomes(tmp_path: Path) -> StoredOutcomes:
    """Of four conversions."""
    database = QualityDatabase(filled_database(tmp_path))
    read = read_outcomes(database)
    database.close()
    return read


def test_the_summary_is_of_all(outcomes: StoredOutcomes) -> None:
    """Means of bytes are geometric; what has no answer, or no prediction, is left out of those that need it."""
    found = summary(outcomes)
    assert (found.conversions, found.answered, found.ratings) == (4, 3, 3)
    assert found.attainment == pytest.approx(2 / 3)
    assert found.bytes == pytest.approx((400 * 900 * 100) ** (1 / 3))
    assert found.regret == pytest.approx(math.sqrt(2) - 1)
    assert found.bounds_kept == 0.5
    assert found.rating == pytest.approx(8 / 3)


def test_each_day_type_and_version_has_a_row(outcomes: StoredOutcomes) -> None:
    """The latest day first; what failed before a type was known is unknown."""
    rows = by_day(outcomes)
    assert [(row.day, row.type, row.version) for row in rows] == [
        (date(2026, 1, 3), "text", "2"),
        (date(2026, 1, 2), "unknown", "unknown"),
        (date(2026, 1, 2), "simple", "classifier:1,optimizer:1"),
    ]
    first = rows[0].figures
    assert (first.conversions, first.attainment) == (1, 1.0)
    assert first.bytes == pytest.approx(100)
    assert (first.regret, first.bounds_kept, first.rating, first.ratings) == (None, None, None, 0)
    assert rows[1].figures == Summary(1, 0, None, None, None, None, None, 0)
    assert (rows[2].figures.attainment, rows[2].figures.ratings) == (0.5, 3)


def test_errors_are_counted_by_code(outcomes: StoredOutcomes) -> None:
    """Those that there were."""
    assert errors(outcomes) == [("timeout", 1)]


def test_low_ratings_name_their_images(outcomes: StoredOutcomes) -> None:
    """The latest first, with the digest by which a customer's file is found again."""
    low = low_ratings(outcomes)
    assert [(row.rating, row.comment, row.image_sha256) for row in low] == [
        (2, None, OTHER),
        (1, "<b>torn</b>", OTHER),
    ]


def test_nothing_kept_is_no_fault(tmp_path: Path) -> None:
    """There is nothing to tell then."""
    database = QualityDatabase(f"sqlite:///{tmp_path / 'new.db'}")
    database.migrate()
    outcomes = read_outcomes(database)
    database.close()
    assert summary(outcomes) == Summary(0, 0, None, None, None, None, None, 0)
    assert (by_day(outcomes), errors(outcomes), low_ratings(outcomes)) == ([], [], [])
