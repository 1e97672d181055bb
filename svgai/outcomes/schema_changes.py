"""Creates, upgrades and downgrades the tables of the quality database. Importing this loads Alembic."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.util import CommandError
from sqlalchemy import Engine, text

from svgai.errors import QualityStoreFault
from svgai.outcomes.tables import REVISION

_MIGRATIONS = Path(__file__).parent / "migrations"
_LOCK = 7_301_114_052
"""Number of PostgreSQL's advisory lock for changing the tables; arbitrary."""


def upgrade(engine: Engine, revision: str = REVISION) -> None:
    """
    Upgrade the tables; services that start together take turns.

    Raises:
        SQLAlchemyError: the database cannot be reached or changed.
    """
    with _alone(engine) as config:
        command.upgrade(config, revision)


def downgrade(engine: Engine, revision: str) -> None:
    """
    Downgrade the tables to an earlier revision, "base" for none; data of later columns is lost.

    Raises:
        QualityStoreFault: there is no such revision before that of the tables.
        SQLAlchemyError: the database cannot be reached or changed.
    """
    try:
        with _alone(engine) as config:
            command.downgrade(config, revision)
    except CommandError as fault:
        raise QualityStoreFault(f"the tables cannot go back to {revision!r}: {fault}") from fault


@contextmanager
def _alone(engine: Engine) -> Iterator[Config]:
    """Alembic in one transaction, while no other process changes the tables."""
    with engine.execution_options(writes=True).begin() as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
        config = Config()
        config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
        config.attributes["connection"] = connection
        yield config
