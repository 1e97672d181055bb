"""Where the spool of a database is, unless a setting names another place."""

import hashlib
import os
import tempfile
from contextlib import suppress
from pathlib import Path

_FILE = "sqlite:///"


def spool_folder(url: str) -> Path:
    """
    A folder for this database only: beside the SQLite file, else in the folder for temporary files.

    There it is created, accessible to this user only, and shared by all services of the machine that write to this
    database.
    """
    if url.startswith(_FILE):
        return Path(url.removeprefix(_FILE).partition("?")[0] + ".spool").absolute()
    name = hashlib.sha256(url.encode()).hexdigest()[:12]
    folder = Path(tempfile.gettempdir()) / f"svgai-spool-{os.geteuid()}-{name}"
    with suppress(OSError):
        folder.mkdir(mode=0o700)
    # Another user may have created a folder of this name, or a link, to read its contents.
    taken = os.path.lexists(folder) and folder.lstat().st_uid != os.geteuid()
    return Path(tempfile.mkdtemp(prefix="svgai-spool-")) if taken else folder
