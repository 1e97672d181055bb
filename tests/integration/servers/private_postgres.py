"""A PostgreSQL that tests start; without the program they are skipped, but fail where CI is set."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from loadtests.servers.postgres_server import PostgresServer, postgres_program, postgres_server
from svgai.errors import ProgramFailed
from tests.integration.servers.viewers import missing


@contextmanager
def private_postgres() -> Iterator[PostgresServer]:
    """An empty one that asks for a password, in a folder of its own."""
    try:
        postgres_program("initdb")
    except ProgramFailed as fault:
        missing(str(fault))
    # Not below pytest's folder, which the user that it runs as cannot enter.
    with tempfile.TemporaryDirectory() as folder, postgres_server(Path(folder) / "postgres") as server:
        yield server
