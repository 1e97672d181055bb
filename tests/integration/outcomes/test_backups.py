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


def run(command: str, folder: Path, url: str = "", **variables: str) -> None:
    environment = {**os.environ, "PATH": f"{os.environ['PATH']}:{Path(postgres_program('initdb')).parent}"}
    environment |= {"QUALITY_DB_URL": url, **variables}
    subprocess.run(command, shell=True, cwd=folder, env=environment, check=True, capture_output=True)


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


def test_the_nightly_job_saves_what_can_be_restored(postgres: PostgresServer, tmp_path: Path) -> None:
    """A dump with its digest for each database that is named; old ones go, and what is half written has another."""
    url = postgres.create("saved_nightly")
    database = QualityDatabase(url)
    database.migrate()
    database.write(records())
    database.close()
    old, unfinished = tmp_path / "quality-20200101T000000Z.dump", tmp_path / ".quality-1.part"
    old.touch()
    os.utime(old, (0, 0))
    unfinished.touch()
    job = f"sh {ROOT / 'deploy/kubernetes/components/database-jobs/backup.sh'}"
    run(job, tmp_path, url, BACKUPS=str(tmp_path), KEPT_DAYS="14", MLFLOW_DB_URL="")
    dump, digest = sorted(tmp_path.iterdir())
    assert digest.name == f"{dump.name}.sha256"
    run(f"sha256sum --check {digest.name}", tmp_path)
    other = postgres.create("restored_from_the_job")
    run(f'pg_restore --no-owner --dbname="$QUALITY_DB_URL" {dump.name}', tmp_path, other)
    assert names(other) == [True, True, True, True, False]
    with pytest.raises(subprocess.CalledProcessError):
        run(job, tmp_path, f"{url}_that_is_not_there", BACKUPS=str(tmp_path), KEPT_DAYS="14")
    assert sorted(path for path in tmp_path.iterdir() if not path.name.startswith(".")) == [dump, digest]
