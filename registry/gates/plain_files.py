"""
Which logged files are plain data, by suffix and by content: a pickle runs code when it is loaded.

Torch stores weights as a pickle in a zip. Serving never reads them, and others use weights_only; they count as plain if
their pickle only builds tensors.
"""

# Analyses a pickle without executing it.
import pickletools  # nosec B403
import zipfile
from collections.abc import Iterator
from pathlib import Path

MODEL_SUFFIXES = frozenset({".json", ".onnx", ".txt", ".ubj", ".yaml"})
"""Files that MLflow writes for our models."""

RUN_SUFFIXES = MODEL_SUFFIXES | {".csv", ".parquet", ".png", ".pth", ".svg", ".xgb"}
"""Files that a training adds."""

_NAMES = frozenset({"MLmodel", "registered_model_meta"})
_PICKLE_PROTOCOLS = tuple(bytes((0x80, protocol)) for protocol in range(2, 6))
_MAX_PICKLES = 1_000_000
"""Bytes, unpacked: a small archive may hold more than fits into memory. Weights themselves lie beside the pickle."""
_ZIP = b"PK\x03\x04"
_TENSORS = frozenset({"collections OrderedDict", "torch._utils _rebuild_tensor_v2", "torch._utils _rebuild_parameter"})
_STORAGES = ("torch ", "Storage")


def file_faults(folder: Path, suffixes: frozenset[str]) -> Iterator[str]:
    """For each file below `folder` that is not plain data, its name and why."""
    for path in sorted(folder.rglob("*")):
        if (path.is_symlink() or not path.is_dir()) and (fault := _fault(path, suffixes)):
            yield f"{path.relative_to(folder).as_posix()} {fault}"


def is_known(path: Path, suffixes: frozenset[str]) -> bool:
    """Whether a file is of a plain kind, by its name."""
    return path.suffix in suffixes or path.name in _NAMES


def content_fault(path: Path) -> str:
    """Why the content of a file is not plain data; empty where it is."""
    with path.open("rb") as file:
        start = file.read(4)
    if start.startswith(_PICKLE_PROTOCOLS):
        return "is a pickle"
    if start != _ZIP:
        return "is no archive of torch weights" if path.suffix == ".pth" else ""
    return _weights_fault(path) if path.suffix == ".pth" else "is an archive"


def _fault(path: Path, suffixes: frozenset[str]) -> str:
    if path.is_symlink():
        return "is a link"
    return content_fault(path) if is_known(path, suffixes) else "is of no known plain kind"


def _weights_fault(path: Path) -> str:
    try:
        with zipfile.ZipFile(path) as archive:
            pickles = [entry for entry in archive.infolist() if entry.filename.endswith(".pkl")]
            if (size := sum(entry.file_size for entry in pickles)) > _MAX_PICKLES:
                return f"holds pickles of {size} bytes, more than any weights need"
            built = {
                str(argument)
                for entry in pickles
                for code, argument, _ in pickletools.genops(archive.read(entry))
                if code.name in ("GLOBAL", "STACK_GLOBAL", "INST", "EXT1", "EXT2", "EXT4")
            }
    except Exception as fault:  # noqa: BLE001 - a damaged or encrypted archive may raise anything
        return f"is a damaged archive ({fault})"
    odd = sorted(name for name in built if name not in _TENSORS and not _is_storage(name))
    return f"builds more than tensors ({', '.join(odd)})" if odd else ""


def _is_storage(name: str) -> bool:
    prefix, suffix = _STORAGES
    return name.startswith(prefix) and name.endswith(suffix) and name[len(prefix) : -len(suffix)].isalpha()
