"""Checks the files of a folder of models by reading them as plain data."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from registry.gates.model_checks import names_fault
from registry.gates.plain_files import RUN_SUFFIXES, content_fault, is_known
from svgai.describe.features import FEATURE_NAMES
from svgai.logo_types import LOGO_TYPES
from svgai.model_files.metadata import METADATA, Metadata, ModelEntry
from svgai.model_files.training_record import ModelKind, file_sha256, validation_faults


@dataclass(frozen=True)
class Finding:
    """One line about a folder: a fault or a note."""

    text: str
    is_fault: bool = True


@dataclass(frozen=True)
class HeldFile:
    """A model file, relative to its folder; `version` is the one that serving would report."""

    kind: ModelKind
    file: str
    size_bytes: int
    sha256: str
    version: str
    run_id: str


@dataclass(frozen=True)
class FolderContent:
    """
    The contents of a folder of models.

    `files` are those that may be tried; `sound` says that nothing is wrong with models and metadata. The forms of the
    classifier are its ONNX file and its torch weights; none where it has not both.
    """

    findings: tuple[Finding, ...]
    files: tuple[HeldFile, ...] = ()
    sound: bool = False
    classifier_forms: tuple[str, ...] = ()


def read_folder(folder: Path, served: Mapping[ModelKind, str]) -> FolderContent:
    """Read the folder that MODEL_DIR would name, given the names in it of the two files that would be served."""
    if fault := _unusable(folder):
        return FolderContent((Finding(fault),))
    findings: list[Finding] = []
    files: list[HeldFile] = []
    known: set[str] = set()
    forms: dict[ModelKind, list[str]] = {}
    for kind, name in served.items():
        path, place = Path(name), Path(name).parent
        entry, wrong = _read_description(folder, place / METADATA, kind)
        findings += wrong
        described = [(place / (file.file or path.name)).as_posix() for file in entry.files] if entry else []
        forms[kind] = list(dict.fromkeys(described))
        named = dict.fromkeys([path.as_posix(), *described])
        known.update(named)
        for file in named:
            held, wrong = _read_model_file(folder, Path(file), kind, entry)
            findings += wrong
            files += [held] if held else []
    return FolderContent(
        findings=(*findings, *_other_findings(folder, known)),
        files=tuple(files),
        sound=not any(finding.is_fault for finding in findings),
        classifier_forms=tuple(forms["classifier"]) if len(forms["classifier"]) > 1 else (),
    )


def _unusable(folder: Path) -> str:
    """Why the content of `folder` cannot be checked; empty if it can."""
    try:
        empty = not any(folder.iterdir())
    except FileNotFoundError:
        return f"there is no folder {folder}"
    except NotADirectoryError:
        return f"{folder} is not a folder"
    except OSError as error:
        return f"{folder} cannot be read: {error.strerror}"
    return f"{folder} is empty" if empty else ""


def _read_description(folder: Path, name: Path, kind: ModelKind) -> tuple[ModelEntry | None, list[Finding]]:
    """What the metadata `name` in `folder` say of one model, and what is wrong with them; None where it is nothing."""
    path = folder / name
    try:
        if not path.is_file():
            note = f"there is no {name}: no digest to check files by; versions are shown as the start of a digest"
            return None, [Finding(note, is_fault=False)]
        content: Any = json.loads(path.read_bytes())
    except OSError as error:
        return None, [Finding(f"{name} cannot be read: {error.strerror}")]
    except (ValueError, RecursionError) as error:
        return None, [Finding(f"{name} is not readable JSON: {error}")]
    if not isinstance(content, dict):
        return None, [Finding(f"{name} holds no JSON object")]
    findings = [] if content.get(kind) else [Finding(f"{name} does not describe the {kind}")]
    try:
        Metadata.model_validate(content)
    except ValidationError as error:
        findings += [Finding(f"{name}: {fault}") for fault in validation_faults(error)]
    try:
        entry = ModelEntry.model_validate(content.get(kind))
    except ValidationError:
        return None, findings
    for what, given, expected in (
        ("features", entry.features, FEATURE_NAMES),
        ("classes", entry.classes, LOGO_TYPES),
    ):
        if given and (fault := names_fault(what, given, expected)):
            findings.append(Finding(f"{name}: of the {kind}, {fault}"))
    return entry, findings


def _read_model_file(
    folder: Path, file: Path, kind: ModelKind, entry: ModelEntry | None
) -> tuple[HeldFile | None, list[Finding]]:
    """One model file, relative to `folder`, checked against its digest; None if it must not be loaded."""
    path = folder / file
    try:
        if fault := _place_fault(folder, path) or ("" if path.is_file() else "is not there, or no file"):
            return None, [Finding(f"{file} {fault}")]
        size, digest, fault = path.stat().st_size, file_sha256(path), content_fault(path)
    except OSError as error:
        return None, [Finding(f"{file} cannot be read: {error.strerror}")]
    vouching = entry.vouching_for(file.name) if entry else None
    findings = []
    if entry and not vouching:
        note = f"{file} is not a file that {METADATA} names: its version is shown as the start of its digest"
        findings.append(Finding(note, is_fault=False))
    if vouching and vouching.size_bytes not in (None, size):
        findings.append(Finding(f"{file} has {size} bytes, not the {vouching.size_bytes} of {METADATA}"))
    if vouching and vouching.sha256 != digest:
        findings.append(Finding(f"{file} is not the file that {METADATA} names: its SHA-256 is {digest}"))
    if fault:
        return None, [*findings, Finding(f"{file} {fault}")]
    known = entry if vouching else None
    version, run_id = (known.version, known.run_id) if known else (digest[:8], "")
    return HeldFile(kind, file.as_posix(), size, digest, version, run_id), findings


def _other_findings(folder: Path, known: set[str]) -> Iterator[Finding]:
    """Notes about all other files in `folder`: serving does not read them, people might."""
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if name in known:
            continue
        try:
            if fault := _place_fault(folder, path) or _kind_fault(path):
                yield Finding(f"{name} {fault}")
            elif path.is_file() and not is_known(path, RUN_SUFFIXES):
                yield Finding(f"{name} is no part of the models", is_fault=False)
        except OSError as error:
            yield Finding(f"{name} cannot be read: {error.strerror}")


def _kind_fault(path: Path) -> str:
    """Raises OSError for a file or a folder that cannot be read: rglob silently skips such a folder."""
    if path.is_dir():
        any(path.iterdir())
        return ""
    return content_fault(path) if path.is_file() else "is neither a file nor a folder"


def _place_fault(folder: Path, path: Path) -> str:
    """Mounted volumes use links within the folder; targets elsewhere are not checked with it."""
    is_link = path.is_symlink()
    try:
        real = path.resolve(strict=is_link)
    except (OSError, RuntimeError):  # RuntimeError: circular links
        return "is a link that leads nowhere"
    return "" if real.is_relative_to(folder.resolve()) else "leads out of the folder"
