"""What goes into a Bento, and what came out, each as one digest: the same versions and code give the same."""

import hashlib
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import bentoml
import yaml

from svgai.errors import RegistryFault

BENTOFILE = "bentofile.yaml"
_DESCRIPTION = "bento.yaml"
_OF_ONE_BUILD = frozenset({"creation_time", "version", "name"})
"""Entries of a Bento's description that name the build, not its content."""


def source_files(project_dir: Path) -> tuple[Path, ...]:
    """The files that the bentofile of a project takes in, and itself, relative to the project and in order."""
    try:
        bentofile: dict[str, Any] = yaml.safe_load((project_dir / BENTOFILE).read_text(encoding="utf-8"))
    except OSError as fault:
        raise RegistryFault(f"{project_dir} holds no {BENTOFILE}") from fault
    requirements = bentofile.get("python", {}).get("requirements_txt")
    patterns = [BENTOFILE, *bentofile["include"], *([requirements] if requirements else [])]
    found = {path.relative_to(project_dir) for pattern in patterns for path in project_dir.glob(pattern)}
    return tuple(sorted(path for path in found if "__pycache__" not in path.parts))


def source_digest(project_dir: Path, files: Iterable[Path], models: Iterable[str]) -> str:
    """SHA-256 of what a Bento is made from: the files, the digests of its models, and the BentoML that builds it."""
    digest = hashlib.sha256(bentoml.__version__.encode())
    for model in models:
        digest.update(model.encode())
    for file in files:
        _add(digest, str(file), (project_dir / file).read_bytes())
    return digest.hexdigest()


def content_digest(bento: Path) -> str:
    """SHA-256 of all files of the Bento in a folder, and of its description but for what names the one build."""
    digest = hashlib.sha256()
    for path in sorted(bento.rglob("*")):
        if not path.is_file() or "__pycache__" in path.parts:
            continue
        name = path.relative_to(bento).as_posix()
        content = path.read_bytes()
        if name == _DESCRIPTION:
            content = json.dumps(_timeless(yaml.safe_load(content)), sort_keys=True, default=str).encode()
        _add(digest, name, content)
    return digest.hexdigest()


def _add(digest: "hashlib._Hash", name: str, content: bytes) -> None:
    digest.update(f"{name}\0{len(content)}\0".encode())
    digest.update(content)


def _timeless(value: object) -> object:
    if isinstance(value, dict):
        return {key: _timeless(entry) for key, entry in value.items() if key not in _OF_ONE_BUILD}
    return [_timeless(entry) for entry in value] if isinstance(value, list) else value
