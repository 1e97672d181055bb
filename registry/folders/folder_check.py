"""
Whether a folder of models can be served: every fault in it, found before anything is put into service.

Its files are first read as plain data, then loaded by the serving code in separate processes.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from registry.folders.folder_files import Finding, FolderContent, HeldFile, read_folder
from registry.folders.folder_smoke_test import FolderAnswer
from registry.gates.served_file_smoke_test import served_file_smoke_test
from registry.smoke_tests.smoke_test_process import run_smoke_test
from svgai.errors import ModelFault
from svgai.model_files.training_record import ModelKind

_SMOKE_TEST_S = 120.0
_WEIGHTS = ".pth"


@dataclass(frozen=True)
class FolderReport:
    """Contents of a folder, and its faults, a line each; notes are oddities that do not prevent serving."""

    folder: str
    passed: bool
    faults: tuple[str, ...]
    notes: tuple[str, ...]
    files: tuple[HeldFile, ...]


def check_folder(folder: Path, served: Mapping[ModelKind, str]) -> FolderReport:
    """Check the folder that MODEL_DIR would name, given the names in it of the two files that would be served."""
    content = read_folder(folder, served)
    findings = [*content.findings, *_smoke_tests(folder, served, content)]
    # Two models share metadata, and a line about these is reported once.
    lines = {" ".join(finding.text.split()): finding.is_fault for finding in findings}
    faults = tuple(text for text, is_fault in lines.items() if is_fault)
    notes = tuple(text for text, is_fault in lines.items() if not is_fault)
    return FolderReport(str(folder), not faults, faults, notes, content.files)


def _smoke_tests(folder: Path, served: Mapping[ModelKind, str], content: FolderContent) -> Iterator[Finding]:
    together = _together(folder, served, content.classifier_forms) if content.sound else FolderAnswer()
    yield from (Finding(note, is_fault=False) for note in together.notes)
    if content.sound and not together.fault:
        return
    # One by one, so that every file that cannot be served is named, and not only the first.
    alone = [Finding(fault) for file in content.files if (fault := _alone(folder, served, file))]
    yield from alone or ([Finding(together.fault)] if together.fault else [])


def _together(folder: Path, served: Mapping[ModelKind, str], forms: tuple[str, ...]) -> FolderAnswer:
    arguments = (str(folder), served["classifier"], served["optimizer"], *forms)
    try:
        return run_smoke_test("registry.folders.folder_smoke_test", arguments, FolderAnswer, _SMOKE_TEST_S)
    except ModelFault as fault:
        return FolderAnswer(fault=fault.message)


def _alone(folder: Path, served: Mapping[ModelKind, str], file: HeldFile) -> str:
    if file.file.endswith(_WEIGHTS) and file.file != served[file.kind] and find_spec("torch") is None:
        return ""
    path = folder / file.file
    fault = served_file_smoke_test(file.kind, path).fault
    if not fault:
        return ""
    # The smoke test calls it by its last name, where it names it at all.
    return f"{file.file}{fault.removeprefix(path.name)}" if fault.startswith(path.name) else f"{file.file}: {fault}"
