"""Records reach the database whatever happens to it meanwhile, or are counted."""

import sqlite3
import time
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import func, select

from svgai.outcomes.quality_database import QualityDatabase
from svgai.outcomes.recorder import SpoolingRecorder
from svgai.outcomes.spool import Spool
from svgai.outcomes.tables import CONVERSIONS
from tests.fakes.outcomes import outcome

ROOM = 1_000_000


def kept(path: Path) -> int:
    """How many conversions a database holds."""
    database = QualityDatabase(f"sqlite:///{path}")
    with database.engine.connect() as connection:
        count = connection.execute(select(func.count()).select_from(CONVERSIONS)).scalar_one()
    database.close()
    return int(count)


def recorder(folder: Path, dropped: Callable[[int], None], room: int = ROOM) -> SpoolingRecorder:
    return SpoolingRecorder(
        Spool(folder / "spool", room), QualityDatabase(f"sqlite:///{folder / 'quality.db'}"), dropped
    )


def test_a_recorder_that_is_closed_has_handed_over_everything(tmp_path: Path) -> None:
    """Nothing stays in the spool."""
    dropped: list[int] = []
    keeping = recorder(tmp_path, dropped.append)
    for number in range(100):
        keeping.record(outcome(str(number)))
    keeping.close()
    assert (kept(tmp_path / "quality.db"), dropped, list((tmp_path / "spool").iterdir())) == (100, [], [])


def test_what_the_database_cannot_take_waits_for_the_next_one(tmp_path: Path) -> None:
    """Here it is a folder first, and then a database."""
    (tmp_path / "quality.db").mkdir()
    dropped: list[int] = []
    first = recorder(tmp_path, dropped.append)
    first.record(outcome("one"))
    first.close()
    (tmp_path / "quality.db").rmdir()
    second = recorder(tmp_path, dropped.append)
    second.record(outcome("two"))
    second.close()
    assert (kept(tmp_path / "quality.db"), dropped) == (2, [])


def test_what_finds_no_room_is_counted(tmp_path: Path) -> None:
    """The rest is kept."""
    dropped: list[int] = []
    room = 3 * len(outcome("0").model_dump_json()) + 10
    (tmp_path / "quality.db").mkdir()
    keeping = recorder(tmp_path, dropped.append, room)
    for number in range(5):
        keeping.record(outcome(str(number)))
    keeping.close()
    assert sum(dropped) == 2


def test_a_record_that_no_database_takes_does_not_hold_up_the_others(tmp_path: Path) -> None:
    """It is counted. The table asks for more here than a record has."""
    database = QualityDatabase(f"sqlite:///{tmp_path / 'quality.db'}")
    database.migrate()
    database.close()
    with sqlite3.connect(tmp_path / "quality.db") as other:
        other.execute(
            "CREATE TRIGGER no_two BEFORE INSERT ON conversions WHEN NEW.conversion_id = 'two' "
            "BEGIN SELECT RAISE(ABORT, 'not this one'); END"
        )
    other.close()
    dropped: list[int] = []
    keeping = recorder(tmp_path, dropped.append)
    for name in ("one", "two", "six"):
        keeping.record(outcome(name))
    keeping.close()
    assert (kept(tmp_path / "quality.db"), dropped) == (2, [1])


def test_records_reach_the_database_while_it_is_served(tmp_path: Path) -> None:
    """Nobody has to close the recorder for it."""
    keeping = recorder(tmp_path, lambda _: None)
    keeping.record(outcome("one"))
    deadline = time.monotonic() + 20
    while list((tmp_path / "spool").iterdir()):
        assert time.monotonic() < deadline
        time.sleep(0.02)
    assert kept(tmp_path / "quality.db") == 1
    keeping.close()
