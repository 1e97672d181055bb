"""Makes the tables of the quality database, brings them up to date, and back. Importing this loads Alembic."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Engine, text

from svgai.outcomes.tables import REVISION

_MIGRATIONS = Path(__file__).parent / "migrations"
_LOCK = 7_301_114_052
"""Any number: who holds PostgreSQL's advisory lock of it may change the tables."""


def upgrade(engine: Engine, revision: str = REVISION) -> None:
    """
    Bring the tables forward; services that start together do it one after the other.

    Raises:
        SQLAlchemyError: the database cannot be reached or changed.
    """
    with _alone(engine) as config:
        command.upgrade(config, revision)


def downgrade(engine: Engine, revision: str) -> None:
    """
    Bring the tables back to an earlier revision, "base" for none; what they had no place for then is lost.

    Raises:
        SQLAlchemyError: the database cannot be reached or changed.
    """
    with _alone(engine) as config:
        command.downgrade(config, revision)


@contextmanager
def _alone(engine: Engine) -> Iterator[Config]:
    """Alembic on a connection of which no other process changes the tables meanwhile; all of it or nothing is done."""
    with engine.execution_options(writes=True).begin() as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
        config = Config()
        config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
        config.attributes["connection"] = connection
        yield config
