"""
Versions of the registry as a folder that MODEL_DIR can name: both models, the classifier's torch weights, metadata.

The folder is made beside its place, checked by `registry.folders.folder_check`, and only then moved there.
"""

import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version as package_version
from pathlib import Path

from mlflow import MlflowClient
from pydantic import ValidationError

from registry.folders.folder_check import check_folder
from registry.folders.folder_files import HeldFile
from registry.folders.folder_swap import place_of, swap_in
from registry.mlflow_store.git_commit import git_commit
from registry.mlflow_store.version_files import describe, fetch_record, fetch_served_file, fetch_weights
from registry.mlflow_store.versions import REGISTERED_NAMES, Version, get_version, kind_of, list_versions, resolve
from svgai.errors import ModelFault
from svgai.model_files.metadata import METADATA, Export, Metadata, ModelEntry, WeightsEntry, write_metadata
from svgai.model_files.training_record import ModelKind, file_sha256

SERVED_NAMES: Mapping[ModelKind, str] = {"classifier": "classifier.onnx", "optimizer": "optimizer.xgb"}
"""The default file names of serving."""
WEIGHTS_NAME = "classifier.pth"


@dataclass(frozen=True)
class ExportedFolder:
    """An exported folder: its metadata, its checked files, and notes."""

    folder: str
    metadata: Metadata
    files: tuple[HeldFile, ...]
    notes: tuple[str, ...]


def export_models(
    client: MlflowClient, folder: Path, numbers: Mapping[ModelKind, int | None], project_dir: Path
) -> ExportedFolder:
    """
    Export to `folder` what is in Production, or what `numbers` names; the git commit is that of `project_dir`.

    An earlier export there is replaced atomically, or left as it is. ModelFault if anything else is in the folder, a
    file is not the one of the training, or the new folder would not serve; RegistryFault if there is no such version.
    """
    target = place_of(folder)
    require_replaceable(target)
    versions, notes = _versions(client, numbers)
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{target.name}-", dir=target.parent) as work:
        made, downloads = Path(work, "made"), Path(work, "downloads")
        made.mkdir()
        entries = {}
        for version in versions:
            kind = kind_of(version.name)
            downloads.joinpath(kind).mkdir(parents=True)
            entries[kind], odd = _fill(client, version, kind, downloads / kind, made)
            notes += odd
        exported = Export(at=datetime.now(UTC), svgai=package_version("svgai"), git_commit=git_commit(project_dir))
        metadata = Metadata(**entries, exported=exported)
        write_metadata(made, metadata)
        report = check_folder(made, SERVED_NAMES)
        if not report.passed:
            faults = "\n".join(f"  {fault}" for fault in report.faults)
            raise ModelFault(f"these versions make no folder that can be served; {folder} is as it was:\n{faults}")
        require_replaceable(target)  # again, since the downloads took a while
        try:
            swap_in(made, target)
        except OSError as error:
            raise ModelFault(
                f"{folder} cannot be replaced ({error.strerror}) and is as it was: export to another folder"
            ) from error
    return ExportedFolder(str(folder), metadata, report.files, (*notes, *report.notes))


def require_replaceable(target: Path) -> None:
    """ModelFault unless `target` is not there, empty, or an earlier export and nothing else."""
    if not target.exists():
        return
    if not target.is_dir():
        raise ModelFault(f"{target} is not a folder: give another one")
    present = list(target.iterdir())
    if not present:
        return
    known = _exported_names(target)
    if not known:
        raise ModelFault(f"{target} holds something else than an export: give a new or empty folder")
    if foreign := sorted(path.name for path in present if path.name not in known or path.is_dir()):
        raise ModelFault(f"{target} also holds {', '.join(foreign)}, which an export would remove: move it first")


def _exported_names(folder: Path) -> set[str]:
    """The names of the files of an earlier export; empty where there was none."""
    try:
        metadata = Metadata.model_validate_json((folder / METADATA).read_bytes())
    except (OSError, ValidationError):
        return set()
    entries = [entry for entry in (metadata.classifier, metadata.optimizer) if entry]
    files = {file.file for entry in entries for file in entry.files if file.file}
    return {METADATA, *files} if metadata.exported else set()


def _versions(client: MlflowClient, numbers: Mapping[ModelKind, int | None]) -> tuple[list[Version], list[str]]:
    versions, notes = [], []
    for kind, name in REGISTERED_NAMES.items():
        if (number := numbers.get(kind)) is not None:
            versions.append(get_version(list_versions(client, name), name, number))
        else:
            resolution = resolve(client, name, "Production")
            versions.append(resolution.version)
            notes += [resolution.note] if resolution.note else []
    return versions, notes


def _fill(
    client: MlflowClient, version: Version, kind: ModelKind, downloads: Path, made: Path
) -> tuple[ModelEntry, list[str]]:
    """Put the files of one version into `made`; gives its entry, and what is odd."""
    entry, record = describe(client, version), fetch_record(client, version, downloads)
    served = made / SERVED_NAMES[kind]
    # Copied, not moved: downloaded files may only be readable by their owner.
    shutil.copyfile(fetch_served_file(client, version, entry.sha256, downloads), served)
    weights, notes = None, []
    if kind == "classifier":
        path = fetch_weights(client, version, record, downloads)
        if path is None:
            notes.append(f"the training of {version} kept no torch weights: {WEIGHTS_NAME} is left out")
        else:
            shutil.copyfile(path, made / WEIGHTS_NAME)
            weights = WeightsEntry(file=WEIGHTS_NAME, sha256=file_sha256(path), size_bytes=path.stat().st_size)
            if record.weights_sha256 is None:
                notes.append(
                    f"the training of {version} recorded no digest of its torch weights: "
                    f"{WEIGHTS_NAME} is what its run holds, compared with {served.name}"
                )
    changes = {
        "file": served.name,
        "size_bytes": served.stat().st_size,
        "features": record.features,
        "classes": record.classes,
        "inputs": record.inputs,
        "weights": weights,
    }
    return entry.model_copy(update=changes), notes
