"""From the spool into the database: everything, once."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import func, select

from svgai.outcomes.hand_over import HandOver
from svgai.outcomes.handed_over import HandedOver
from svgai.outcomes.quality_database import QualityDatabase
from svgai.outcomes.spool import Spool
from svgai.outcomes.tables import CONVERSIONS
from tests.fakes.outcomes import outcome, rating

ROOM = 1_000_000


@pytest.fixture
def database(tmp_path: Path) -> Iterator[QualityDatabase]:
    """A database that has no tables yet."""
    made = QualityDatabase(f"sqlite:///{tmp_path / 'quality.db'}")
    yield made
    made.close()


def kept(database: QualityDatabase) -> int:
    with database.engine.connect() as connection:
        return int(connection.execute(select(func.count()).select_from(CONVERSIONS)).scalar_one())


def spooled(folder: Path, *names: str) -> Path:
    """A closed file of these conversions; gives the spool's folder."""
    spool = Spool(folder / "spool", ROOM)
    for name in names:
        spool.append(outcome(name))
    spool.close_file()
    return folder / "spool"


def test_a_file_goes_into_the_database_and_away(tmp_path: Path, database: QualityDatabase) -> None:
    """One at a time; it says whether there may be another."""
    database.migrate()
    hand_over = HandOver(spooled(tmp_path, "one", "two"), database)
    assert hand_over.one_file() == HandedOver(written=2, more=True)
    assert hand_over.one_file() == HandedOver()
    assert kept(database) == 2


def test_nothing_is_written_to_tables_that_are_not_there(tmp_path: Path, database: QualityDatabase) -> None:
    """Somebody has to make them first."""
    hand_over = HandOver(spooled(tmp_path, "one"), database)
    assert hand_over.one_file() == HandedOver(outdated=True)
    database.migrate()
    assert hand_over.one_file().written == 1


def test_a_file_that_was_written_but_not_removed_is_not_doubled(tmp_path: Path, database: QualityDatabase) -> None:
    """As after a process that was killed in between."""
    database.migrate()
    folder = spooled(tmp_path, "one", "two")
    (path,) = folder.iterdir()
    left = path.read_bytes()
    hand_over = HandOver(folder, database)
    hand_over.one_file()
    path.write_bytes(left)
    hand_over.one_file()
    assert kept(database) == 2


def test_what_the_database_cannot_take_stays(tmp_path: Path, database: QualityDatabase) -> None:
    """Here its file is a folder."""
    (tmp_path / "quality.db").mkdir()
    folder = spooled(tmp_path, "one")
    done = HandOver(folder, database).one_file()
    assert (done.written, done.more) == (0, False)
    assert "quality.db" in done.fault
    assert len(list(folder.iterdir())) == 1


def test_a_record_that_no_database_takes_does_not_hold_up_the_others(tmp_path: Path, database: QualityDatabase) -> None:
    """It is counted, as is what cannot be read."""
    database.migrate()
    with sqlite3.connect(tmp_path / "quality.db") as other:
        other.execute(
            "CREATE TRIGGER no_two BEFORE INSERT ON conversions WHEN NEW.conversion_id = 'two' "
            "BEGIN SELECT RAISE(ABORT, 'not this one'); END"
        )
    other.close()
    folder = spooled(tmp_path, "one", "two", "six")
    (path,) = folder.iterdir()
    path.write_bytes(path.read_bytes() + b'{"kind":"conver')
    done = HandOver(folder, database).one_file()
    assert (done.written, done.dropped, done.more) == (2, 2, True)
    assert "not this one" in done.fault
    assert (kept(database), list(folder.iterdir())) == (2, [])


def test_ratings_go_the_same_way(tmp_path: Path, database: QualityDatabase) -> None:
    """Also those of conversions that are not there yet."""
    database.migrate()
    spool = Spool(tmp_path / "spool", ROOM)
    spool.append(rating("one", 4))
    spool.close_file()
    assert HandOver(tmp_path / "spool", database).one_file() == HandedOver(written=1, more=True)
