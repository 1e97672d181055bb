"""The files of a registered version, each checked against the digest recorded by its training."""

import math
from pathlib import Path

from mlflow import MlflowClient
from pydantic import ValidationError

from registry.mlflow_store.connection import registry_faults
from registry.mlflow_store.logged_files import (
    download_artifact,
    download_served_file,
    final_metrics,
    read_downloaded_record,
    served_file_name,
)
from registry.mlflow_store.versions import TAG_RECORD, TAG_SHA256, Version
from svgai.errors import ModelFault, RegistryFault
from svgai.model_files.metadata import ModelEntry
from svgai.model_files.training_record import RECORD_FILE, WEIGHTS_FILE, TrainingRecord, file_sha256, validation_faults


def describe(client: MlflowClient, version: Version) -> ModelEntry:
    """
    The entry of metadata.json for `version`, from its tags and its run.

    RegistryFault if the version lacks the digest or the name of its served file.
    """
    recorded, name = version.tags.get(TAG_SHA256), served_file_name(version)
    if not recorded or not name:
        raise RegistryFault(f"{version} has no record of its served file and digest: it was not logged by this project")
    with registry_faults(f"read the figures of {version}"):
        # JSON cannot represent infinite values, and the gates reject them.
        metrics = {figure: value for figure, value in final_metrics(client, version).items() if math.isfinite(value)}
    try:
        return ModelEntry(
            file=name, sha256=recorded, version=str(version.number), run_id=version.run_id, metrics=metrics
        )
    except ValidationError as error:
        faults = "; ".join(validation_faults(error))
        raise RegistryFault(f"what was recorded of the served file of {version} is not valid: {faults}") from error


def fetch_served_file(client: MlflowClient, version: Version, sha256: str, folder: Path) -> Path:
    """Download the served file; RegistryFault if it is missing, ModelFault if it is not the one of this digest."""
    with registry_faults(f"download the served file of {version}"):
        path = download_served_file(client, version, folder)
    if path is None:
        raise RegistryFault(f"the served file {served_file_name(version)} of {version} is missing from its run")
    if file_sha256(path) != sha256:
        raise ModelFault(f"the served file of {version} is not the one that was trained: its SHA-256 differs")
    return path


def fetch_record(client: MlflowClient, version: Version, folder: Path) -> TrainingRecord:
    """Download and read the training record; RegistryFault if it is missing, ModelFault if it was changed."""
    with registry_faults(f"download the training record of {version}"):
        path = download_artifact(client, version, RECORD_FILE, folder)
    if path is None:
        raise RegistryFault(f"the training record {RECORD_FILE} of {version} is missing from its run")
    record = read_downloaded_record(folder)
    if record is None or file_sha256(path) != version.tags.get(TAG_RECORD):
        raise ModelFault(f"the training record of {version} is not the one that was logged")
    return record


def fetch_weights(client: MlflowClient, version: Version, record: TrainingRecord, folder: Path) -> Path | None:
    """
    Download the torch weights; None where the training kept none.

    RegistryFault if they were kept and are missing, ModelFault if they are not those of the training. An early record
    has no digest of them, and then what the run holds is taken.
    """
    with registry_faults(f"download the weights of {version}"):
        path = download_artifact(client, version, WEIGHTS_FILE, folder)
    if record.weights_sha256 is None:
        return path
    if path is None:
        raise RegistryFault(f"the weights {WEIGHTS_FILE} of {version} are missing from its run")
    if file_sha256(path) != record.weights_sha256:
        raise ModelFault(f"the weights of {version} are not those that were trained: their SHA-256 differs")
    return path
