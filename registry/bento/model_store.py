"""
Model versions imported into the BentoML store, each checked against the SHA-256 that was recorded when it was trained.

A stored model holds the served file as it was trained and the `metadata.json` that serving reads; its tag names the
exact version and content, so that importing again is free and a tag's content cannot change.
"""

import json
import shutil
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import bentoml
from bentoml.exceptions import BentoMLException, NotFound
from mlflow import MlflowClient

from registry.mlflow_store.version_files import describe, fetch_record, fetch_served_file
from registry.mlflow_store.versions import TAG_COMMIT, Version, kind_of
from svgai.errors import ModelFault, RegistryFault
from svgai.model_files.metadata import METADATA, Metadata, ModelEntry, write_metadata
from svgai.model_files.training_record import ModelKind, file_sha256


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
    Import `version` under `<name>:v<number>-<first 8 of sha256>`; an intact copy that exists already is kept.

    RegistryFault if the version lacks its digest or its file, ModelFault if the file is not the one recorded.
    """
    entry = describe(client, version)
    tag = f"{version.name}:v{version.number}-{entry.sha256[:8]}"
    kind = kind_of(version.name)
    if not _is_sound(tag, entry):
        _create(client, version, kind, tag, entry)
    return StoredModel(tag, kind, version.number, version.run_id, entry.sha256, entry.metrics)


def _is_sound(tag: str, entry: ModelEntry) -> bool:
    """Whether the store holds `tag` intact; remains of an interrupted import or a failing disk are removed."""
    try:
        folder = Path(bentoml.models.get(tag).path)
        json.loads((folder / METADATA).read_bytes())
        if file_sha256(folder / str(entry.file)) == entry.sha256:
            return True
    except NotFound:
        return False
    except (OSError, ValueError, BentoMLException):
        pass
    bentoml.models.delete(tag)
    return False


def _create(client: MlflowClient, version: Version, kind: ModelKind, tag: str, entry: ModelEntry) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = fetch_served_file(client, version, entry.sha256, Path(folder))
        labels = {"kind": kind, "version": entry.version, "git_commit": version.tags.get(TAG_COMMIT, "")}
        shown = entry.model_dump(exclude_defaults=True, exclude={"inputs"})
        with bentoml.models.create(tag, labels=labels, metadata=shown) as model:
            shutil.copyfile(path, Path(model.path) / path.name)
            # A version is served even without its record; then there is no drift reference.
            with suppress(RegistryFault, ModelFault):
                entry = entry.model_copy(update={"inputs": fetch_record(client, version, Path(folder)).inputs})
            write_metadata(Path(model.path), Metadata.model_validate({kind: entry}))
