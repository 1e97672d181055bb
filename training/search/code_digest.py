"""Which code figures were made by: other code may give others, so what was kept of it is not taken over."""

import hashlib
from functools import cache
from pathlib import Path

import svgai


@cache
def code_digest(*modules: str) -> str:
    """SHA-256 (hex) of all that ships, and of these modules beside this one (file names)."""
    shipped = sorted(Path(svgai.__file__).parent.glob("*.py"))
    own = [Path(__file__).with_name(name) for name in modules]
    return hashlib.sha256(b"".join(path.read_bytes() for path in (*shipped, *own))).hexdigest()
