"""The backups that the document describes, command by command."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from loadtests.servers.postgres_server import PostgresServer, postgres_program
from svgai.outcomes.quality_database import QualityDatabase
from tests.fakes.stored_outcomes import filled_database, records
from tests.integration.servers.served import ROOT
from tests.integration.servers.viewers import program

pytestmark = pytest.mark.integration


def commands(words: str) -> list[str]:
    """The lines of the document's block of commands that begins with these words."""
    text = (ROOT / "docs/quality-store.md").read_text(encoding="utf-8")
    found = re.search(rf"^    {re.escape(words)}(.+\n(?:    .+\n)*)", text, re.MULTILINE)
    assert found, words
    return [line.strip() for line in found[0].splitlines()]


def run(command: str, folder: Path, url: str = "") -> None:
    environment = {**os.environ, "PATH": f"{os.environ['PATH']}:{Path(postgres_program('initdb')).parent}"}
    subprocess.run(
        command, shell=True, cwd=folder, env=environment | {"QUALITY_DB_URL": url}, check=True, capture_output=True
    )


def names(url: str) -> list[bool]:
    database = QualityDatabase(url)
    known = [database.has_conversion(name) for name in "abcdx"]
    database.close()
    return known


def test_sqlite_is_backed_up_while_it_is_written_and_restored(tmp_path: Path) -> None:
    """What came after the backup is gone then."""
    program("sqlite3")
    filled_database(tmp_path)
    shutil.move(tmp_path / "quality.db", tmp_path / "quality_tracking.db")
    url = f"sqlite:///{tmp_path / 'quality_tracking.db'}"
    backup, restore = commands('sqlite3 quality_tracking.db ".backup')
    run(backup, tmp_path)
    database = QualityDatabase(url)
    assert database.prune(records()[3].created_at) == 3
    database.close()
    run(restore, tmp_path)
    assert names(url) == [True, True, True, True, False]


def test_postgresql_is_backed_up_and_restored(postgres: PostgresServer, tmp_path: Path) -> None:
    """Into a database that is new, and can be written to afterwards."""
    url = postgres.create("to_back_up")
    database = QualityDatabase(url)
    database.migrate()
    database.write(records())
    database.close()
    backup, restore = commands("pg_dump --format=custom")
    run(backup, tmp_path, url)
    other = postgres.create("restored")
    run(restore, tmp_path, other)
    assert names(other) == [True, True, True, True, False]
    restored = QualityDatabase(other)
    assert not restored.outdated
    restored.write(records())
    restored.close()
