"""The quality database on SQLite; what PostgreSQL does is in the integration tests."""

import sqlite3
from datetime import timedelta
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import select, text

from svgai.errors import QualityStoreFault
from svgai.outcomes import quality_database, schema_changes
from svgai.outcomes.quality_database import QualityDatabase
from svgai.outcomes.tables import CONVERSIONS, RATINGS, REVISION, TABLES
from tests.fakes.outcomes import THEN, failure, outcome, rating


def kept_ratings(database: QualityDatabase) -> list[tuple[str, int]]:
    with database.engine.connect() as connection:
        rows = connection.execute(select(RATINGS).order_by(RATINGS.c.conversion_id)).mappings().all()
    return [(row["conversion_id"], row["rating"]) for row in rows]


def test_the_migrations_make_the_tables(database: QualityDatabase) -> None:
    """As they are described, with nothing to add."""
    with database.engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), TABLES) == []


def test_an_outcome_is_kept_once(database: QualityDatabase) -> None:
    """It may come again, after a process that was killed; the first one stays."""
    database.write([outcome("one"), failure("two", "timeout")])
    database.write([outcome("one", logo_type="text")])
    with database.engine.connect() as connection:
        rows = connection.execute(select(CONVERSIONS).order_by(CONVERSIONS.c.conversion_id)).mappings().all()
    assert [row["logo_type"] for row in rows] == ["simple", None]
    assert [(row["ssim"], row["bytes"], row["error_code"]) for row in rows] == [
        (0.97, 1000, None),
        (None, None, "timeout"),
    ]
    assert (rows[0]["features"], rows[0]["parameters"], rows[0]["missed"]) == ([0.1, 0.2], {"simplify": 1.0}, [])
    assert rows[0]["created_at"].replace(tzinfo=THEN.tzinfo) == THEN
    assert database.has_conversion("one")
    assert not database.has_conversion("three")


def test_a_rating_replaces_the_one_before(database: QualityDatabase) -> None:
    """Of the same person, in the same batch or later; others' stay."""
    database.write([rating("one", 1), rating("one", 2), rating("one", 5, "b")])
    database.write([rating("one", 3, comment="better")])
    with database.engine.connect() as connection:
        rows = connection.execute(select(RATINGS).order_by(RATINGS.c.identifier)).mappings().all()
    assert [(row["identifier"], row["rating"], row["comment"]) for row in rows] == [("a", 3, "better"), ("b", 5, None)]


def test_an_older_rating_that_comes_again_changes_nothing(database: QualityDatabase) -> None:
    """As after a process that was killed between two steps; in one batch, too."""
    later = rating("one", 5, created_at=THEN + timedelta(seconds=1))
    database.write([later])
    database.write([rating("one", 1)])
    assert kept_ratings(database) == [("one", 5)]
    database.write([rating("two", 4, created_at=THEN + timedelta(seconds=1)), rating("two", 2)])
    assert kept_ratings(database) == [("one", 5), ("two", 4)]


def test_tables_go_back_and_forth(database: QualityDatabase) -> None:
    """What is in them is gone then, and they are made anew."""
    database.write([outcome("one")])
    assert (database.revision(), database.outdated) == (REVISION, False)
    database.go_back("base")
    assert (database.revision(), database.outdated) == (None, True)
    database.migrate()
    assert not database.has_conversion("one")


def test_a_revision_that_there_is_not_changes_nothing(database: QualityDatabase) -> None:
    """And is a fault that names it."""
    database.write([outcome("one")])
    with pytest.raises(QualityStoreFault, match="the tables cannot go back to '0815': Can't locate revision"):
        database.go_back("0815")
    assert database.has_conversion("one")


def test_the_revision_is_that_of_the_last_migration() -> None:
    """Whoever adds one says so."""
    scripts = ScriptDirectory(str(Path(schema_changes.__file__).parent / "migrations"))
    assert scripts.get_current_head() == REVISION


def test_newer_tables_are_left_as_they_are(database: QualityDatabase) -> None:
    """A service that was rolled back writes to them."""
    with database.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    assert not database.outdated
    database.migrate()
    database.write([outcome("one")])
    assert database.has_conversion("one")


def test_old_rows_are_pruned_with_their_ratings(database: QualityDatabase) -> None:
    """And ratings of conversions that never came; what is as old as the limit, or younger, stays."""
    young = THEN + timedelta(days=1)
    database.write([outcome("old"), rating("old", 1), rating("lost", 1)])
    database.write([outcome("new", created_at=young), rating("new", 5), rating("lost", 2, "b", created_at=young)])
    assert database.prune(young) == 1
    assert [database.has_conversion(name) for name in ("old", "new")] == [False, True]
    assert kept_ratings(database) == [("lost", 2), ("new", 5)]


def test_a_locked_database_is_told(database: QualityDatabase, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """After a wait; nothing is kept, and it works once the lock is gone."""
    monkeypatch.setattr(quality_database, "WAIT_S", 0.05)
    hurried = QualityDatabase(f"sqlite:///{tmp_path / 'quality.db'}")
    with sqlite3.connect(tmp_path / "quality.db", isolation_level=None) as other:
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(QualityStoreFault, match="locked"):
            hurried.write([outcome("one")])
        other.execute("COMMIT")
    other.close()
    hurried.write([outcome("one")])
    hurried.close()
    assert database.has_conversion("one")


@pytest.mark.parametrize(
    "url, said", [("mysql://host/name", "mysql is not taken"), ("nonsense", "no address"), ("", "no address")]
)
def test_another_address_is_refused(url: str, said: str) -> None:
    """With the setting that it came from."""
    with pytest.raises(QualityStoreFault, match=f"QUALITY_DB_URL.*{said}"):
        QualityDatabase(url)


@pytest.mark.parametrize(
    "url", ["postgresql://user:secret@127.0.0.1:1/name", "postgresql://127.0.0.1:1/name?user=u&password=secret"]
)
def test_a_password_is_not_told(url: str) -> None:
    """Whatever the database's fault is, and wherever in the address it stands."""
    database = QualityDatabase(url)
    with pytest.raises(QualityStoreFault) as fault:
        database.migrate()
    assert "secret" not in str(fault.value)
    assert "127.0.0.1" in str(fault.value)
