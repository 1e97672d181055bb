"""The quality database: SQLite beside the service, or PostgreSQL for many of them."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Any

from pydantic_core import to_json
from sqlalchemy import Connection, Engine, Table, create_engine, delete, event, exists, inspect, select, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DataError, IntegrityError, SQLAlchemyError
from sqlalchemy.pool import NullPool, Pool, QueuePool

from svgai.errors import QualityStoreFault, RecordRefused
from svgai.outcomes.outcome import Outcome, Rating
from svgai.outcomes.spool import CONVERSION_LINE, read_line
from svgai.outcomes.tables import CONVERSIONS, RATINGS, REVISION

if TYPE_CHECKING:
    from sqlalchemy.dialects import postgresql, sqlite

WAIT_S = 5.0
"""Seconds that a statement waits for a lock, and a connection for its server."""

_READ_AT_ONCE = 50
"""Lines that are objects in memory at a time: a whole file would permanently take 10 MB more."""

_SILENCE_S = 30
"""Seconds after which PostgreSQL's server counts as dead if it does not acknowledge packets."""


_COLUMNS = ", ".join(column.name for column in CONVERSIONS.columns if column.server_default is None)
_FROM_JSON = text(
    f"INSERT INTO conversions ({_COLUMNS}) "  # noqa: S608 - names of our own columns  # nosec B608
    f"SELECT {_COLUMNS} FROM json_populate_recordset(NULL::conversions, CAST(:rows AS json)) ON CONFLICT DO NOTHING"
)


class QualityDatabase:
    """
    Stores outcomes and ratings. Connects on first use.

    Args:
        url: sqlite:///file, or postgresql://host/name with user and password.
        statement_limit_s: PostgreSQL's statement timeout in seconds; 0: none.
        keep: keep the connection open between uses, until it is closed.

    Raises:
        QualityStoreFault: the address is invalid, or of an unsupported kind.
    """

    def __init__(self, url: str, statement_limit_s: int = 0, *, keep: bool = False) -> None:
        self.engine = _engine(_checked(url), statement_limit_s, QueuePool if keep else NullPool)

    @property
    def outdated(self) -> bool:
        """
        Whether the tables are older than this code, or missing. Newer ones are compatible.

        Raises:
            QualityStoreFault: the database does not answer.
        """
        return (self.revision() or "") < REVISION

    def migrate(self) -> None:
        """
        Create or migrate the tables; services that start together take turns.

        Raises:
            QualityStoreFault: the database cannot be reached or changed.
        """
        if self.outdated:
            from svgai.outcomes.schema_changes import upgrade  # noqa: PLC0415 - takes 9 MB, once for each release

            with self._faults_told():
                upgrade(self.engine)

    def go_back(self, revision: str) -> None:
        """
        Downgrade the tables to an earlier revision, "base" for none; data of later columns is lost.

        Raises:
            QualityStoreFault: the database cannot be reached or changed.
        """
        from svgai.outcomes.schema_changes import downgrade  # noqa: PLC0415 - as above

        with self._faults_told():
            downgrade(self.engine, revision)

    def revision(self) -> str | None:
        """
        The revision of the tables; None: there are none.

        Raises:
            QualityStoreFault: the database does not answer.
        """
        with self.reading() as connection:
            if not inspect(connection).has_table("alembic_version"):
                return None
            return connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one_or_none()

    def write(self, records: Iterable[Outcome | Rating]) -> None:
        """
        Store records in one transaction; idempotent, in any order.

        An existing outcome is kept. Of one person's ratings of one answer the latest is kept.

        Raises:
            RecordRefused: the database will never accept one of them; nothing was stored.
            QualityStoreFault: the database cannot store them now; nothing was stored.
        """
        with self.writing() as connection:
            _keep(records, connection)

    def write_lines(self, lines: Sequence[bytes]) -> None:
        """
        Store the records of a spool's lines, like `write`. PostgreSQL parses conversions itself.

        Raises:
            ValueError: one of them is not a record; nothing was stored.
            RecordRefused, QualityStoreFault: as from `write`.
        """
        read_there = self.engine.dialect.name == "postgresql"
        conversions = [line for line in lines if read_there and line.startswith(CONVERSION_LINE)]
        others = [line for line in lines if not (read_there and line.startswith(CONVERSION_LINE))]
        document = (b"[" + b",".join(conversions) + b"]").decode()
        with self.writing() as connection:
            if conversions:
                connection.execute(_FROM_JSON, {"rows": document})
            for start in range(0, len(others), _READ_AT_ONCE):
                _keep(map(read_line, others[start : start + _READ_AT_ONCE]), connection)

    def has_conversion(self, conversion_id: str) -> bool:
        """
        Whether a conversion with this id is stored.

        Raises:
            QualityStoreFault: the database does not answer.
        """
        asked = select(CONVERSIONS.c.conversion_id).where(CONVERSIONS.c.conversion_id == conversion_id)
        with self.reading() as connection:
            return connection.execute(asked).first() is not None

    def prune(self, before: datetime) -> int:
        """
        Remove the conversions that were finished before a time, and their ratings; returns the number of conversions.

        Raises:
            QualityStoreFault: the database cannot do it.
        """
        old = select(CONVERSIONS.c.conversion_id).where(CONVERSIONS.c.created_at < before)
        with self.writing() as connection:
            connection.execute(delete(RATINGS).where(RATINGS.c.conversion_id.in_(old)))
            removed = connection.execute(delete(CONVERSIONS).where(CONVERSIONS.c.created_at < before)).rowcount
            # Ratings of conversions that never arrived: their spool was lost.
            came = exists().where(CONVERSIONS.c.conversion_id == RATINGS.c.conversion_id)
            connection.execute(delete(RATINGS).where(RATINGS.c.created_at < before, ~came))
        return removed

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """
        A connection for reading.

        Raises:
            QualityStoreFault: the database does not answer.
        """
        with self._faults_told(), self.engine.connect() as connection:
            yield connection

    def close(self) -> None:
        """Give the connections back."""
        self.engine.dispose()

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """
        A transaction for writing.

        Raises:
            RecordRefused: the database will never accept it.
            QualityStoreFault: the database cannot store it now.
        """
        with self._faults_told(), self.engine.execution_options(writes=True).begin() as connection:
            yield connection

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
        # Without its query, which may also contain a password.
        return f"the quality database {self.engine.url.set(query={})!r}: {cause}"


def _insert(table: Table, connection: Connection) -> "postgresql.Insert | sqlite.Insert":
    """An insert that can handle existing rows."""
    # Each of its kind: both take 3 MB more.
    if connection.dialect.name == "postgresql":
        from sqlalchemy.dialects.postgresql import insert as insert_there  # noqa: PLC0415

        return insert_there(table)
    from sqlalchemy.dialects.sqlite import insert  # noqa: PLC0415

    return insert(table)


def _keep(records: Iterable[Outcome | Rating], connection: Connection) -> None:
    outcomes: list[Outcome] = []
    latest: dict[tuple[str, str], Rating] = {}
    for record in records:
        if isinstance(record, Outcome):
            outcomes.append(record)
        else:
            key = (record.conversion_id, record.identifier)
            if key not in latest or latest[key].created_at <= record.created_at:
                latest[key] = record
    if outcomes and connection.dialect.name == "postgresql":
        # One document that the server parses: more than twice as fast as a statement for each row.
        connection.execute(_FROM_JSON, {"rows": to_json(outcomes).decode()})
    elif outcomes:
        rows = [outcome.model_dump(exclude={"kind"}) for outcome in outcomes]
        connection.execute(_insert(CONVERSIONS, connection).on_conflict_do_nothing(), rows)
    if latest:
        adding = _insert(RATINGS, connection)
        replacing = adding.on_conflict_do_update(
            index_elements=["conversion_id", "identifier"],
            set_={name: adding.excluded[name] for name in ("created_at", "rating", "comment")},
            where=adding.excluded.created_at >= RATINGS.c.created_at,
        )
        connection.execute(replacing, [rating.model_dump(exclude={"kind"}) for rating in latest.values()])


def _checked(url: str) -> URL:
    try:
        parsed = make_url(url)
    except ArgumentError:
        raise QualityStoreFault("QUALITY_DB_URL is no address of a database, such as sqlite:///quality.db") from None
    if parsed.get_backend_name() in {"postgresql", "postgres"}:
        return parsed.set(drivername="postgresql+psycopg")
    if parsed.get_backend_name() == "sqlite":
        return parsed
    raise QualityStoreFault(f"QUALITY_DB_URL: {parsed.drivername} is not taken; sqlite and postgresql are")


def _engine(url: URL, statement_limit_s: int, pool: type[Pool]) -> Engine:
    if url.get_backend_name() == "postgresql":
        # Also detects a server that vanished without closing the connection.
        waits = {"connect_timeout": int(WAIT_S), "keepalives_idle": 10, "tcp_user_timeout": 1000 * _SILENCE_S}
        options = f"-c lock_timeout={int(1000 * WAIT_S)} -c statement_timeout={1000 * statement_limit_s}"
        return create_engine(
            url,
            poolclass=pool,
            pool_pre_ping=True,
            connect_args={**waits, "options": options},
            json_serializer=_json,
        )
    engine = create_engine(url, poolclass=pool, connect_args={"timeout": WAIT_S}, json_serializer=_json)

    @event.listens_for(engine, "connect")
    def _prepare(connection: Any, _: object) -> None:
        # Python's implicit transactions do not include CREATE TABLE; explicit ones do.
        connection.isolation_level = None
        # Readers then do not wait for the writer; NORMAL is safe in this mode except for power loss.
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=NORMAL")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        writes = connection.get_execution_options().get("writes", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


def _json(value: object) -> str:
    """Several times as fast as Python's own."""
    return to_json(value).decode()
