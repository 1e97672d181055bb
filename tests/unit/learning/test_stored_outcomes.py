"""What is kept, as tables."""

from collections.abc import Iterator
from datetime import UTC, timedelta
from pathlib import Path

import pytest

from learning.stored_outcomes import count_rows, read_outcomes, stored_rows
from svgai.errors import QualityStoreFault
from svgai.outcomes.outcome import shadowed_id
from svgai.outcomes.quality_database import QualityDatabase
from tests.fakes.outcomes import THEN, outcome
from tests.fakes.stored_outcomes import filled_database


@pytest.fixture
def database(tmp_path: Path) -> Iterator[QualityDatabase]:
    """With four conversions in it."""
    opened = QualityDatabase(filled_database(tmp_path))
    yield opened
    opened.close()


def test_a_row_has_what_figures_are_made_of(database: QualityDatabase) -> None:
    """Bounds are counted over all tracings that were tried; of what failed there is little."""
    rows = read_outcomes(database).conversions.set_index("conversion_id")
    assert list(rows.index) == ["a", "b", "c", "d"]
    assert rows.loc["a", ["type", "bytes", "predicted_bytes", "bounds", "bounds_kept"]].to_list() == [
        *("simple", 400, 200, 2, 1)
    ]
    assert rows.loc["c", ["type", "version", "error_code", "bounds"]].to_list() == ["unknown", "unknown", "timeout", 0]
    assert rows.loc["d", "created_at"] == THEN + timedelta(days=1)


def test_ratings_come_with_what_they_are_about(database: QualityDatabase) -> None:
    """One of a conversion that is not kept is left out."""
    ratings = read_outcomes(database).ratings
    assert ratings[["conversion_id", "rating", "type"]].to_numpy().tolist() == [
        ["a", 5, "simple"],
        ["b", 1, "simple"],
        ["b", 2, "simple"],
    ]


def test_what_was_made_in_shadow_is_no_answer(database: QualityDatabase) -> None:
    """It is kept, and exported, but no figure of what was served is made of it."""
    database.write([outcome(shadowed_id("a"), arm="challenger")])
    assert len(read_outcomes(database).conversions) == 4
    assert count_rows(database) == 5


def test_a_time_bounds_what_is_read(database: QualityDatabase) -> None:
    """What is as old as it is taken."""
    since = THEN.astimezone(UTC) + timedelta(days=1)
    assert [row["conversion_id"] for row in stored_rows(database, since)] == ["d"]
    assert (count_rows(database, since), count_rows(database)) == (1, 4)
    assert read_outcomes(database, since).ratings.empty


def test_a_database_without_tables_is_told(tmp_path: Path) -> None:
    """With the command that makes them."""
    empty = QualityDatabase(f"sqlite:///{tmp_path / 'empty.db'}")
    with pytest.raises(QualityStoreFault, match="svgai quality migrate"):
        count_rows(empty)
    empty.close()
