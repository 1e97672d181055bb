"""The quality database: SQLite beside the service, or PostgreSQL for many of them."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, Engine, Table, create_engine, event, select, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DataError, IntegrityError, SQLAlchemyError

from svgai.errors import QualityStoreFault, RecordRefused
from svgai.outcomes.outcome import Outcome, Rating
from svgai.outcomes.tables import CONVERSIONS, RATINGS

WAIT_S = 5.0
"""Seconds that a statement waits for a lock, and a connection for its server."""

_MIGRATIONS = Path(__file__).parent / "migrations"
_MIGRATION_LOCK = 7_301_114_052
"""Any number: who holds PostgreSQL's advisory lock of it may change the tables."""

_MEASURED = ("ssim", "worst", "edge_ssim", "delta_e", "bytes", "paths")
_INSERTS: dict[str, Callable[[Table], sqlite.Insert | postgresql.Insert]] = {
    "sqlite": sqlite.insert,
    "postgresql": postgresql.insert,
}


class QualityDatabase:
    """
    Keeps outcomes and ratings. Nothing is connected before it is needed.

    Args:
        url: sqlite:///file, or postgresql://user:password@host/name.

    Raises:
        QualityStoreFault: the address is of another kind, or none at all.
    """

    def __init__(self, url: str) -> None:
        self._engine = _engine(_checked(url))

    @property
    def engine(self) -> Engine:
        return self._engine

    def migrate(self) -> None:
        """
        Make the tables, or bring them up to date; services that start together do it one after the other.

        Raises:
            QualityStoreFault: the database cannot be reached or changed.
        """
        with self._migrating() as config:
            command.upgrade(config, "head")

    def go_back(self, revision: str) -> None:
        """
        Bring the tables back to an earlier revision, "base" for none; what they had no place for then is lost.

        Raises:
            QualityStoreFault: the database cannot be reached or changed.
        """
        with self._migrating() as config:
            command.downgrade(config, revision)

    def revision(self) -> str | None:
        """
        The revision that the tables have; None: there are none.

        Raises:
            QualityStoreFault: the database does not answer.
        """
        with self._faults_told(), self._engine.connect() as connection:
            return MigrationContext.configure(connection).get_current_revision()

    def write(self, records: Iterable[Outcome | Rating]) -> None:
        """
        Keep records in one transaction. An outcome that is there already stays; a rating replaces the one before.

        Raises:
            RecordRefused: one of them is such that the database will never take it; nothing was kept.
            QualityStoreFault: the database cannot take them now; nothing was kept.
        """
        insert = _INSERTS[self._engine.dialect.name]
        records = list(records)
        outcomes = [_conversion_row(record) for record in records if isinstance(record, Outcome)]
        # One statement must not touch a row twice, so of two ratings by one person the later counts.
        ratings = {(one.conversion_id, one.identifier): one for one in records if isinstance(one, Rating)}
        with self._faults_told(), self._engine.begin() as connection:
            if outcomes:
                connection.execute(insert(CONVERSIONS).on_conflict_do_nothing(), outcomes)
            if ratings:
                adding = insert(RATINGS)
                replaced = {name: adding.excluded[name] for name in ("created_at", "rating", "comment")}
                keys = ["conversion_id", "identifier"]
                rows = [rating.model_dump(exclude={"kind"}) for rating in ratings.values()]
                connection.execute(adding.on_conflict_do_update(index_elements=keys, set_=replaced), rows)

    def has_conversion(self, conversion_id: str) -> bool:
        """
        Whether a conversion of this id is kept.

        Raises:
            QualityStoreFault: the database does not answer.
        """
        asked = select(CONVERSIONS.c.conversion_id).where(CONVERSIONS.c.conversion_id == conversion_id)
        with self._faults_told(), self._engine.connect() as connection:
            return connection.execute(asked).first() is not None

    def close(self) -> None:
        """Give the connections back."""
        self._engine.dispose()

    @contextmanager
    def _migrating(self) -> Iterator[Config]:
        with self._faults_told(), self._engine.begin() as connection:
            if self._engine.dialect.name == "postgresql":
                connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _MIGRATION_LOCK})
            yield _alembic(connection)

    @contextmanager
    def _faults_told(self) -> Iterator[None]:
        try:
            yield
        except (DataError, IntegrityError) as fault:
            raise RecordRefused(self._told(fault)) from fault
        except SQLAlchemyError as fault:
            raise QualityStoreFault(self._told(fault)) from fault

    def _told(self, fault: SQLAlchemyError) -> str:
        cause = str(getattr(fault, "orig", None) or fault).strip().partition("\n")[0]
        return f"the quality database {self._engine.url!r}: {cause}"


def _checked(url: str) -> URL:
    try:
        parsed = make_url(url)
    except ArgumentError:
        raise QualityStoreFault("QUALITY_DB_URL is no address of a database, such as sqlite:///quality.db") from None
    if parsed.get_backend_name() == "postgresql":
        return parsed.set(drivername="postgresql+psycopg")
    if parsed.get_backend_name() == "sqlite":
        return parsed
    raise QualityStoreFault(f"QUALITY_DB_URL: {parsed.drivername} is not taken; sqlite and postgresql are")


def _engine(url: URL) -> Engine:
    if url.get_backend_name() == "postgresql":
        return create_engine(url, pool_pre_ping=True, connect_args={"connect_timeout": int(WAIT_S)})
    engine = create_engine(url, connect_args={"timeout": WAIT_S})

    @event.listens_for(engine, "connect")
    def _prepare(connection: Any, _: object) -> None:
        # Readers do not wait for the writer then; NORMAL is safe in this mode but for a loss of power.
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=NORMAL")

    return engine


def _conversion_row(outcome: Outcome) -> dict[str, object]:
    row: dict[str, object] = outcome.model_dump(exclude={"kind", "measured"})
    measured = outcome.measured or {}
    return row | {name: measured.get(name) for name in _MEASURED}


def _alembic(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    config.attributes["connection"] = connection
    return config
