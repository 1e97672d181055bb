"""Identifies the code that produced measurements: stored results of other code are not reused."""

import hashlib
from functools import cache
from pathlib import Path

import svgai


@cache
def code_digest(*packages: str) -> str:
    """SHA-256 (hex) of the source of the shipped package, and of these further packages, such as "training.data"."""
    shipped = Path(svgai.__file__).parent
    folders = [shipped, *(shipped.parent.joinpath(*package.split(".")) for package in packages)]
    sources = (path for folder in folders for path in sorted(folder.rglob("*.py")))
    return hashlib.sha256(b"".join(path.read_bytes() for path in sources)).hexdigest()
