"""A digest of the service's code and libraries."""

import hashlib
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

_PACKAGES = (
    *("bentoml", "onnxruntime", "onnxruntime-gpu", "torch", "xgboost-cpu", "vtracer", "resvg-py", "pyclipper"),
    *("opencv-python-headless", "contourpy", "pillow", "numpy", "scipy"),
)
_PACKAGE = Path(__file__).resolve().parents[1]


@cache
def library_versions() -> dict[str, str]:
    """The versions of the libraries that it computes with, as far as they are installed."""
    found = {}
    for name in _PACKAGES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found


@cache
def code_digest() -> str:
    """
    SHA-256 of the sources of `svgai` and the versions of the libraries that it computes with.

    Equal digests give equal conversions; the package's version does not distinguish commits.
    """
    digest = hashlib.sha256(repr(sorted(library_versions().items())).encode())
    for file in sorted(_PACKAGE.rglob("*.py")):
        digest.update(f"\0{file.relative_to(_PACKAGE)}\0".encode())
        digest.update(file.read_bytes())
    return digest.hexdigest()
