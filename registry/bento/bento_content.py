"""Digests of a Bento's sources and of its contents: equal versions and code give equal digests."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from pathlib import Path, PurePosixPath
from typing import Any, Literal

import bentoml
import yaml

from svgai.errors import RegistryFault

BENTOFILE = "bentofile.yaml"
LABEL_VARIANT = "variant"
_DESCRIPTION = "bento.yaml"
_OF_ONE_BUILD = frozenset({"name", "version"})
"""Entries at the top of a Bento's description that name the build, not its content; times do so at every depth."""

Variant = Literal["cpu", "gpu"]
"""Variant of a Bento's image: CPU, or with CUDA."""


def read_bentofile(project_dir: Path, variant: Variant = "cpu") -> dict[str, Any]:
    """
    The bentofile of a project, for a variant.

    For a GPU it takes the requirements file beside the one that it names, requirements/serving-gpu.txt in the place of
    requirements/serving.txt. RegistryFault where there is no bentofile, or no such requirements.
    """
    try:
        bentofile: dict[str, Any] = yaml.safe_load((project_dir / BENTOFILE).read_text(encoding="utf-8"))
    except OSError as fault:
        raise RegistryFault(f"{project_dir} holds no {BENTOFILE}") from fault
    if variant == "gpu":
        named = bentofile.get("python", {}).get("requirements_txt")
        if named is None:
            raise RegistryFault(f"{BENTOFILE} names no requirements_txt, beside which those for a GPU would be")
        path = PurePosixPath(named)
        requirements = str(path.with_stem(f"{path.stem}-{variant}"))
        if not (project_dir / requirements).is_file():
            raise RegistryFault(f"{project_dir} holds no {requirements}, which a Bento for a GPU needs: call make lock")
        bentofile["python"]["requirements_txt"] = requirements
    return bentofile


def source_patterns(bentofile: Mapping[str, Any]) -> tuple[str, ...]:
    """Globs of the files that a bentofile includes, and itself, relative to the project."""
    requirements = bentofile.get("python", {}).get("requirements_txt")
    # A leading slash anchors a pattern for BentoML; for pathlib and git it would be the root of the file system.
    included = (pattern.removeprefix("/") for pattern in bentofile["include"])
    return (BENTOFILE, *included, *([requirements] if requirements else []))


def source_digest(project_dir: Path, patterns: Iterable[str], models: Iterable[str]) -> str:
    """SHA-256 of what a Bento is made from: the files, the digests of its models, and the BentoML that builds it."""
    digest = hashlib.sha256(bentoml.__version__.encode())
    for model in models:
        digest.update(model.encode())
    found = {path.relative_to(project_dir) for pattern in patterns for path in project_dir.glob(pattern)}
    files = (path for path in found if (project_dir / path).is_file() and "__pycache__" not in path.parts)
    for file in sorted(files):
        _add(digest, file.as_posix(), (project_dir / file).read_bytes())
    return digest.hexdigest()


def content_digest(bento: Path) -> str:
    """SHA-256 of all files of the Bento in a folder, and of its description without what identifies the build."""
    digest = hashlib.sha256()
    for path in sorted(bento.rglob("*")):
        if not path.is_file() or "__pycache__" in path.parts:
            continue
        name = path.relative_to(bento).as_posix()
        content = path.read_bytes()
        if name == _DESCRIPTION:
            description = {key: value for key, value in yaml.safe_load(content).items() if key not in _OF_ONE_BUILD}
            content = json.dumps(_timeless(description), sort_keys=True, default=str).encode()
        _add(digest, name, content)
    return digest.hexdigest()


def stored_labels(tag: str) -> Mapping[str, str]:
    """The labels of a Bento of the store; none without it, or where its description is damaged, as by a power cut."""
    try:
        labels: Mapping[str, str] = bentoml.bentos.get(tag).info.labels
    except Exception:  # noqa: BLE001 - besides its own, BentoML raises assertions, KeyError and YAML's
        return {}
    return labels


def pinned_models(bento: Path) -> set[str]:
    """The tags of the models that the Bento in a folder is bound to; none where its description is damaged."""
    try:
        description = yaml.safe_load((bento / _DESCRIPTION).read_bytes())
    except yaml.YAMLError:
        return set()
    if not isinstance(description, dict):
        return set()
    services = [description, *description.get("services", ())]
    return {model["tag"] for service in services for model in service.get("models", ())}


def _add(digest: "hashlib._Hash", name: str, content: bytes) -> None:
    digest.update(f"{name}\0{len(content)}\0".encode())
    digest.update(content)


def _timeless(value: object) -> object:
    if isinstance(value, dict):
        return {key: _timeless(entry) for key, entry in value.items() if key != "creation_time"}
    return [_timeless(entry) for entry in value] if isinstance(value, list) else value
