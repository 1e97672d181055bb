"""Real databases: SQLite in a file, and a PostgreSQL that these tests start once."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from loadtests.servers.postgres_server import PostgresServer
from svgai.outcomes.quality_database import QualityDatabase
from tests.integration.servers.private_postgres import private_postgres


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """A server for many databases."""
    with private_postgres() as server:
        yield server


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database of each kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'quality.db'}"
    server: PostgresServer = request.getfixturevalue("postgres")
    return server.create(f"quality_{abs(hash(tmp_path))}")


@pytest.fixture
def database(url: str) -> Iterator[QualityDatabase]:
    """One of each kind, with its tables."""
    made = QualityDatabase(url)
    made.migrate()
    yield made
    made.close()
