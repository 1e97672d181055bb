"""
Ends with 65 where the database was made by another version of MLflow, and says what to do.

MLflow itself upgrades a database that lacks one of its tables as soon as it opens it, unasked and with no way back;
one that only lacks a column it refuses. libpq's variables say where the database is.
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
    """The version of the tables; none where there are none yet, or no database answers: the server says that itself."""
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
    """What to do about tables of version `found`; nothing where there are none, or they are of the last of `own`."""
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
