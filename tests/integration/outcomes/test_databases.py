"""SQLite and PostgreSQL do the same."""

import multiprocessing
from datetime import UTC, timedelta
from multiprocessing.synchronize import Event
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import func, select, text

from learning.outcome_figures import summary
from learning.parquet_export import export_parquet
from learning.stored_outcomes import read_outcomes
from loadtests.servers.postgres_server import PostgresServer
from svgai.errors import QualityStoreFault, RecordRefused
from svgai.outcomes.hand_over import HandOver
from svgai.outcomes.outcome import now
from svgai.outcomes.quality_database import QualityDatabase
from svgai.outcomes.spool import Spool
from svgai.outcomes.tables import CONVERSIONS, RATINGS, REVISION, TABLES
from tests.fakes.outcomes import THEN, failure, outcome, rating
from tests.fakes.stored_outcomes import records

pytestmark = pytest.mark.integration

_AS_BEFORE = (
    "INSERT INTO conversions (conversion_id, created_at, missed, trials, tried, seconds, cached) "
    "VALUES (:id, '2026-01-02 03:04:05', '[]', 0, '[]', '{}', false)"
)


def kept(database: QualityDatabase) -> list[dict[str, Any]]:
    with database.engine.connect() as connection:
        rows = connection.execute(select(CONVERSIONS).order_by(CONVERSIONS.c.conversion_id)).mappings()
        return [dict(row) for row in rows]


def test_the_migrations_make_the_tables(database: QualityDatabase) -> None:
    """As they are described, with nothing to add."""
    with database.engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), TABLES) == []
    assert database.revision() == REVISION


def test_an_outcome_is_kept_once_and_whole(database: QualityDatabase) -> None:
    """It may come again; the first one stays. Every field is there again."""
    one, two = outcome("one", missed=("worst",), arm="challenger"), failure("two", "timeout")
    database.write([one, two])
    database.write([outcome("one", logo_type="text"), two])
    first, second = kept(database)
    dumped = one.model_dump(mode="json", exclude={"kind", "created_at"})
    assert {name: first[name] for name in dumped} == dumped
    assert (second["error_code"], second["ssim"], second["features"], second["tried"]) == ("timeout", None, None, [])
    assert first["created_at"].replace(tzinfo=THEN.tzinfo) == THEN


def test_what_comes_through_the_spool_is_kept_whole(database: QualityDatabase, tmp_path: Path) -> None:
    """As it is by itself; a line that is not whole is lost alone, and so is one that the database refuses."""
    one, two = outcome("one", missed=("worst",), model_version="Größe \u2028 ✓"), failure("two", "timeout")
    spool = Spool(tmp_path / "spool", 1_000_000)
    for record in (one, rating("one", 5), two):
        spool.append(record)
    spool.close_file()
    (path,) = (tmp_path / "spool").iterdir()
    refused = failure("six", "timeout").model_dump_json().replace('"timeout"', f'"{40 * "x"}"')
    path.write_bytes(path.read_bytes() + refused.encode() + b'\n{"kind":"conversion","conv')
    done = HandOver(tmp_path / "spool", database).one_file()
    rows = kept(database)
    fits = database.engine.dialect.name == "sqlite"  # which knows no lengths
    assert (done.written, done.dropped, done.more) == (3 + fits, 2 - fits, True)
    by_id = {row["conversion_id"]: row for row in rows}
    for record in (one, two):
        dumped = record.model_dump(mode="json", exclude={"kind", "created_at"})
        assert {name: by_id[record.conversion_id][name] for name in dumped} == dumped
    with database.reading() as connection:
        assert connection.execute(select(RATINGS.c.rating)).scalars().all() == [5]


def test_of_ratings_the_later_counts(database: QualityDatabase) -> None:
    """Of the same person about the same conversion, in whatever order they come."""
    database.write([rating("one", 5, created_at=THEN + timedelta(seconds=1)), rating("one", 3, "b")])
    database.write([rating("one", 1), rating("one", 2, "b", "Größe ✓", created_at=THEN + timedelta(seconds=1))])
    with database.engine.connect() as connection:
        rows = connection.execute(select(RATINGS).order_by(RATINGS.c.identifier)).mappings().all()
    assert [(row["identifier"], row["rating"], row["comment"]) for row in rows] == [("a", 5, None), ("b", 2, "Größe ✓")]


def test_old_rows_are_pruned(database: QualityDatabase) -> None:
    """With their ratings, and those of conversions that never came."""
    database.write(records())
    assert database.prune(THEN + timedelta(days=1)) == 3
    assert [row["conversion_id"] for row in kept(database)] == ["d"]
    with database.engine.connect() as connection:
        assert connection.execute(select(func.count()).select_from(RATINGS)).scalar_one() == 0


def test_reports_and_exports_are_made_of_it(database: QualityDatabase, tmp_path: Path) -> None:
    """They say the same of each kind."""
    database.write(records())
    found = summary(read_outcomes(database))
    assert (found.conversions, found.answered, found.ratings, found.bounds_kept) == (4, 3, 3, 0.5)
    assert export_parquet(database, tmp_path / "out.parquet") == 4
    rows = pd.read_parquet(tmp_path / "out.parquet").set_index("conversion_id")
    assert rows.loc["a", "created_at"] == THEN


def test_tables_go_back_and_forth_and_rows_stay(database: QualityDatabase) -> None:
    """A column that a later release adds comes and goes; what is in the others is kept."""
    database.write([outcome("one"), rating("one", 4)])
    with database.engine.execution_options(writes=True).begin() as connection:
        connection.execute(text("ALTER TABLE conversions ADD COLUMN later TEXT"))
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    # A service that was rolled back to this release writes on.
    assert not database.outdated
    database.write([outcome("two")])
    assert [row["conversion_id"] for row in kept(database)] == ["one", "two"]
    with database.engine.execution_options(writes=True).begin() as connection:
        connection.execute(text("ALTER TABLE conversions DROP COLUMN later"))
        connection.execute(text(f"UPDATE alembic_version SET version_num = '{REVISION}'"))
    database.migrate()
    assert [row["conversion_id"] for row in kept(database)] == ["one", "two"]
    database.go_back("base")
    assert (database.revision(), database.outdated) == (None, True)
    database.migrate()
    assert kept(database) == []


def test_rows_of_the_release_before_count_as_written_when_they_were_converted(database: QualityDatabase) -> None:
    """What a service of that release writes later has the time of the database; and back nothing else is lost."""
    database.go_back("0002")
    before = now() - timedelta(seconds=2)
    with database.writing() as connection:
        connection.execute(text(_AS_BEFORE), {"id": "old"})
    database.migrate()
    with database.writing() as connection:
        connection.execute(text(_AS_BEFORE), {"id": "older service"})
    database.write([outcome("new")])
    rows = kept(database)
    assert [row["conversion_id"] for row in rows] == ["new", "old", "older service"]
    new, old, later = (row["written_at"].replace(tzinfo=UTC) for row in rows)
    assert old == rows[1]["created_at"].replace(tzinfo=UTC) < before
    for written in (new, later):
        assert before < written < now() + timedelta(seconds=2)
    database.go_back("0002")
    with database.reading() as connection:
        assert connection.execute(text("SELECT count(*) FROM conversions")).scalar_one() == 3


def _migrate(url: str, begin: Event) -> None:
    begin.wait()
    QualityDatabase(url).migrate()


def test_services_that_start_together_make_the_tables_once(url: str) -> None:
    """None fails."""
    context = multiprocessing.get_context("spawn")
    begin = context.Event()
    processes = [context.Process(target=_migrate, args=(url, begin)) for _ in range(4)]
    for process in processes:
        process.start()
    begin.set()
    for process in processes:
        process.join(300)
    assert [process.exitcode for process in processes] == [0] * 4
    database = QualityDatabase(url)
    database.write([outcome("one")])
    assert database.has_conversion("one")
    database.close()


def test_what_postgresql_cannot_hold_is_refused_for_good(postgres: PostgresServer) -> None:
    """A text with a zero in it, which no form lets through; the transaction leaves nothing."""
    database = QualityDatabase(postgres.create("refused"))
    database.migrate()
    with pytest.raises(RecordRefused):
        database.write([outcome("one"), rating("one", 1, comment="a\x00b")])
    assert kept(database) == []
    database.close()


def test_a_lock_is_not_waited_for_long(postgres: PostgresServer) -> None:
    """The rows come again later."""
    database = QualityDatabase(postgres.create("locked"))
    database.migrate()
    with database.engine.begin() as other:
        other.execute(text("LOCK TABLE conversions IN ACCESS EXCLUSIVE MODE"))
        second = QualityDatabase(postgres.url("locked"))
        with pytest.raises(QualityStoreFault, match="lock timeout"):
            second.write([outcome("one")])
    second.write([outcome("one")])
    assert len(kept(second)) == 1
    second.close()
    database.close()
