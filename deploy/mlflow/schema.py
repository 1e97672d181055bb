"""
Exits with 65 if another version of MLflow created the database, and prints what to do.

MLflow itself upgrades a database that lacks one of its tables as soon as it opens it, unasked and with no way back;
one that only lacks a column it refuses. libpq's variables say where the database is.

The server's start waits for this. So the migration scripts are parsed, not executed as by Alembic's ScriptDirectory:
they import half of MLflow, which takes two seconds.
"""

import re
import sys
from ast import literal_eval
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path

import sqlalchemy
from alembic.migration import MigrationContext

ADDRESS = "postgresql+psycopg2://"
OTHER_VERSION = 65
_NAMES = re.compile(r"^(revision|down_revision)\b.*?=\s*(.+?)\s*(?:#.*)?$", re.MULTILINE)


def present() -> tuple[str, ...]:
    """The schema version; none without tables, or if the database does not answer: the server reports that itself."""
    try:
        with sqlalchemy.create_engine(ADDRESS).connect() as connection:
            return MigrationContext.configure(connection).get_current_heads()
    except sqlalchemy.exc.OperationalError:
        return ()


def migrations() -> dict[str, str | None]:
    """The migrations of this MLflow, each with its predecessor."""
    mlflow = find_spec("mlflow")
    assert mlflow is not None and mlflow.origin is not None  # noqa: PT018
    return read_migrations(Path(mlflow.origin).parent / "store" / "db_migrations" / "versions")


def read_migrations(folder: Path) -> dict[str, str | None]:
    """The same of a folder of Alembic's scripts."""
    read = (dict(_NAMES.findall(file.read_text(encoding="utf-8"))) for file in folder.glob("*.py"))
    return {literal_eval(names["revision"]): literal_eval(names["down_revision"]) for names in read if names}


def advice(found: tuple[str, ...], own: Mapping[str, str | None]) -> str:
    """What to do about schema version `found`; nothing without tables, or if it is the last of `own`."""
    if not found or set(found) == own.keys() - set(own.values()):
        return ""
    if set(found) <= own.keys():
        return f"Save it, then upgrade it: mlflow db upgrade {ADDRESS}"
    return "A later MLflow made them, and no earlier one can use them: start that one, or restore a backup"


def main() -> None:
    """Compare both."""
    found = present()
    if told := advice(found, migrations()):
        names = ", ".join(found)
        print(  # noqa: T201  # what it is for
            f"MLflow does not start: its database has the tables of another version ({names}). {told}", file=sys.stderr
        )
        sys.exit(OTHER_VERSION)


if __name__ == "__main__":
    main()
