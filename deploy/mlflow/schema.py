"""
Exits with 65 if another version of MLflow created the database, and prints what to do.

MLflow itself upgrades a database that lacks one of its tables as soon as it opens it, automatically and irreversibly;
one that only lacks a column it rejects. libpq's variables give the database's address.
"""

import sys
from importlib.util import find_spec
from pathlib import Path

import sqlalchemy
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

ADDRESS = "postgresql+psycopg2://"
OTHER_VERSION = 65


def present() -> tuple[str, ...]:
    """The schema version; none without tables, or if the database does not answer: the server reports that itself."""
    try:
        with sqlalchemy.create_engine(ADDRESS).connect() as connection:
            return MigrationContext.configure(connection).get_current_heads()
    except sqlalchemy.exc.OperationalError:
        return ()


def migrations() -> ScriptDirectory:
    """Those of this MLflow."""
    mlflow = find_spec("mlflow")
    assert mlflow is not None and mlflow.origin is not None  # noqa: PT018
    return ScriptDirectory(str(Path(mlflow.origin).parent / "store" / "db_migrations"))


def advice(found: tuple[str, ...], own: ScriptDirectory) -> str:
    """What to do about schema version `found`; nothing without tables, or if it is the last of `own`."""
    if not found or found == tuple(own.get_heads()):
        return ""
    if set(found) <= {one.revision for one in own.walk_revisions()}:
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
