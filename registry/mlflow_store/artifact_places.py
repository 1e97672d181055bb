"""
The artifacts of a registry in a SQLite file: beside it, also after the project was moved or copied.

MLflow records absolute paths. A moved project would read from, and write to, its old folder: this is detected here
before MLflow is used, and repaired on demand. MLflow is not imported.
"""

import re
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, unquote

from svgai.errors import RegistryFault

SQLITE = "sqlite:///"
_COLUMNS = (
    ("experiments", "artifact_location"),
    ("runs", "artifact_uri"),
    ("logged_models", "artifact_location"),
    ("model_versions", "source"),
    ("model_versions", "storage_location"),
)
_PLACE = re.compile(r"(?P<scheme>file://)?(?P<folder>/.*?)/(?P<rest>mlartifacts(?:/.*)?)")
"""Pattern of our paths. MLflow's own default experiment is in mlruns of whatever folder was current."""


@dataclass(frozen=True)
class Foreign:
    """Another folder that artifacts are recorded in, with the number of entries."""

    folder: Path
    entries: int


def database_of(tracking_uri: str) -> Path | None:
    """The file of a registry in SQLite; None for a server or another database."""
    if not tracking_uri.startswith(SQLITE):
        return None
    return Path(unquote(tracking_uri.removeprefix(SQLITE).partition("?")[0])).absolute()


def foreign_places(database: Path) -> tuple[Foreign, ...]:
    """
    Folders other than the database's own that its artifacts are recorded in; normally none.

    Raises:
        RegistryFault: the file is no database, or cannot be read now.
    """
    counts: dict[Path, int] = {}
    if database.is_file():
        with _opened(database, "ro") as connection:
            for _, _, _, match in _foreign_entries(connection, database.parent):
                folder = _folder(match)
                counts[folder] = counts.get(folder, 0) + 1
    return tuple(Foreign(folder, entries) for folder, entries in sorted(counts.items()))


def require_own_places(database: Path) -> None:
    """RegistryFault if artifacts are recorded in another folder than the database's own, with the fix."""
    places = foreign_places(database)
    if places:
        named = " and ".join(
            f"{place.folder} ({'not this project' if place.folder.is_dir() else 'not there'})" for place in places
        )
        raise RegistryFault(
            f"{database} was moved or copied: its artifacts are recorded in {named}, where nothing is read or written; "
            f"`svgai doctor --fix` records them in {database.parent}"
        )


def relocate(database: Path) -> int:
    """
    Record all artifacts in the database's own folder; gives the number of entries that were changed.

    RegistryFault where the folder of artifacts is not here, or the database cannot be read or written: nothing is
    changed then.
    """
    home = database.parent
    with _opened(database, "rw") as connection, connection:
        entries = list(_foreign_entries(connection, home))
        for top in sorted(
            {match["rest"].partition("/")[0] for table, _, _, match in entries if table == "logged_models"}
        ):
            if not (home / top).is_dir():
                raise RegistryFault(
                    f"{home / top} is not there: copy the folder of artifacts beside {database.name} first"
                )
        for table, column, row, match in entries:
            folder = quote(str(home)) if match["scheme"] else home
            new = f"{match['scheme'] or ''}{folder}/{match['rest']}"
            # Names of tables and columns are ours, from above.
            connection.execute(f"update {table} set {column} = ? where rowid = ?", (new, row))  # noqa: S608  # nosec B608
    return len(entries)


@contextmanager
def _opened(database: Path, mode: str) -> Iterator[sqlite3.Connection]:
    try:
        with closing(sqlite3.connect(f"{database.as_uri()}?mode={mode}", uri=True)) as connection:
            yield connection
    except sqlite3.Error as error:
        raise RegistryFault(f"{database} cannot be read: {error}") from error


def _foreign_entries(connection: sqlite3.Connection, home: Path) -> Iterator[tuple[str, str, int, "re.Match[str]"]]:
    tables = {name for (name,) in connection.execute("select name from sqlite_master where type = 'table'")}
    for table, column in _COLUMNS:
        if table not in tables:
            continue
        query = f"select rowid, {column} from {table} where {column} like '%/ml%'"  # noqa: S608  # nosec B608
        for row, value in connection.execute(query).fetchall():
            match = _PLACE.fullmatch(value)
            if match and not _is_home(_folder(match), home):
                yield table, column, row, match


def _folder(match: "re.Match[str]") -> Path:
    return Path(unquote(match["folder"]) if match["scheme"] else match["folder"])


def _is_home(folder: Path, home: Path) -> bool:
    # A project may have several paths, for example through a link.
    return folder == home or (folder.is_dir() and home.is_dir() and folder.samefile(home))


if __name__ == "__main__":
    try:
        require_own_places(Path(sys.argv[1]).absolute())
    except RegistryFault as fault:
        sys.exit(f"error: {fault}")
