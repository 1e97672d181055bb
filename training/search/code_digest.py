"""Which code figures were made by: other code may give others, so what was kept of it is not taken over."""

import hashlib
from functools import cache
from pathlib import Path

import svgai


@cache
def code_digest(*packages: str) -> str:
    """SHA-256 (hex) of the source of all that ships, and of these packages beside it, such as "training.data"."""
    shipped = Path(svgai.__file__).parent
    folders = [shipped, *(shipped.parent.joinpath(*package.split(".")) for package in packages)]
    sources = (path for folder in folders for path in sorted(folder.rglob("*.py")))
    return hashlib.sha256(b"".join(path.read_bytes() for path in sources)).hexdigest()
