"""The quality database on SQLite; what PostgreSQL does is in the integration tests."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import select

from svgai.errors import QualityStoreFault
from svgai.outcomes import quality_database
from svgai.outcomes.quality_database import QualityDatabase
from svgai.outcomes.tables import CONVERSIONS, RATINGS, TABLES
from tests.fakes.outcomes import THEN, outcome, rating


@pytest.fixture
def database(tmp_path: Path) -> Iterator[QualityDatabase]:
    """A new database with its tables."""
    made = QualityDatabase(f"sqlite:///{tmp_path / 'quality.db'}")
    made.migrate()
    yield made
    made.close()


def test_the_migrations_make_the_tables(database: QualityDatabase) -> None:
    """As they are described, with nothing to add."""
    with database.engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), TABLES) == []


def test_an_outcome_is_kept_once(database: QualityDatabase) -> None:
    """It may come again, after a process that was killed; the first one stays."""
    database.write([outcome("one"), outcome("two", error_code="timeout", measured=None)])
    database.write([outcome("one", logo_type="text")])
    with database.engine.connect() as connection:
        rows = connection.execute(select(CONVERSIONS).order_by(CONVERSIONS.c.conversion_id)).mappings().all()
    assert [row["logo_type"] for row in rows] == ["simple", "simple"]
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


def test_tables_go_back_and_forth(database: QualityDatabase) -> None:
    """With what is in them gone, and made anew."""
    database.write([outcome("one")])
    assert database.revision() == "0001"
    database.go_back("base")
    assert database.revision() is None
    database.migrate()
    assert not database.has_conversion("one")


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


def test_a_password_is_not_told() -> None:
    """Whatever the database's fault is."""
    database = QualityDatabase("postgresql://user:secret@127.0.0.1:1/name")
    with pytest.raises(QualityStoreFault) as fault:
        database.migrate()
    assert "secret" not in str(fault.value)
    assert "127.0.0.1" in str(fault.value)
