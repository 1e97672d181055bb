"""
Model versions imported into the BentoML store, each checked against the SHA-256 that was recorded when it was trained.

A stored model holds the served file as it was trained and the `metadata.json` that serving reads; its tag names the
exact version and content, so that importing again is free and nothing can change behind a tag.
"""

import json
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import bentoml
from bentoml.exceptions import BentoMLException, NotFound
from mlflow import MlflowClient

from registry.connection import registry_faults
from registry.evidence import download_served_file, final_metrics, served_file_name
from registry.versions import TAG_COMMIT, TAG_SHA256, Version, kind_of
from svgai.errors import ModelFault, RegistryFault
from svgai.training_record import ModelKind, file_sha256

METADATA_FILE = "metadata.json"


@dataclass(frozen=True)
class StoredModel:
    """A model in the BentoML store and the registry version it is a copy of."""

    tag: str
    kind: ModelKind
    version: int
    run_id: str
    sha256: str
    metrics: Mapping[str, float]


def import_version(client: MlflowClient, version: Version) -> StoredModel:
    """
    Import `version` under `<name>:v<number>-<first 8 of sha256>`; a sound copy that is there already is kept.

    RegistryFault if the version lacks its digest or its file, ModelFault if the file is not the one recorded.
    """
    recorded, file_name = version.tags.get(TAG_SHA256), served_file_name(version)
    if not recorded or not file_name:
        raise RegistryFault(f"{version} has no record of its served file and digest: it was not logged by this project")
    tag = f"{version.name}:v{version.number}-{recorded[:8]}"
    with registry_faults(f"read the figures of {version}"):
        metrics = final_metrics(client, version)
    stored = StoredModel(tag, kind_of(version.name), version.number, version.run_id, recorded, metrics)
    if not _is_sound(tag, file_name, recorded):
        _create(client, version, stored, file_name)
    return stored


def _is_sound(tag: str, file_name: str, sha256: str) -> bool:
    """Whether the store holds `tag` whole; what an interrupted import or a failing disk left there is removed."""
    try:
        folder = Path(bentoml.models.get(tag).path)
        json.loads((folder / METADATA_FILE).read_bytes())
        if file_sha256(folder / file_name) == sha256:
            return True
    except NotFound:
        return False
    except (OSError, ValueError, BentoMLException):
        pass
    bentoml.models.delete(tag)
    return False


def _create(client: MlflowClient, version: Version, stored: StoredModel, file_name: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        with registry_faults(f"download the served file of {version}"):
            path = download_served_file(client, version, Path(folder))
        if path is None:
            raise RegistryFault(f"the served file {file_name} of {version} is missing from its run")
        if file_sha256(path) != stored.sha256:
            raise ModelFault(f"the served file of {version} is not the one that was trained: its SHA-256 differs")
        metadata = {
            "file": file_name,
            "sha256": stored.sha256,
            "version": str(version.number),
            "run_id": version.run_id,
            "metrics": stored.metrics,
        }
        labels = {"kind": stored.kind, "version": str(version.number), "git_commit": version.tags.get(TAG_COMMIT, "")}
        with bentoml.models.create(stored.tag, labels=labels, metadata=metadata) as model:
            shutil.copyfile(path, Path(model.path) / file_name)
            text = json.dumps({stored.kind: metadata}, indent=2, sort_keys=True) + "\n"
            (Path(model.path) / METADATA_FILE).write_text(text, encoding="utf-8")
