"""
A finished training logged as an MLflow run, and its model registered as a new version.

The version is registered last, when the run is complete: whatever interrupts the logging leaves a run marked FAILED or
KILLED and no version.
"""

import hashlib
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass
from pathlib import Path

import mlflow
from mlflow import MlflowClient
from mlflow.data.code_dataset_source import CodeDatasetSource
from mlflow.data.meta_dataset import MetaDataset
from mlflow.entities import Metric
from mlflow.entities.model_registry import ModelVersion
from mlflow.exceptions import MlflowException
from mlflow.tracking.context.registry import resolve_tags
from mlflow.utils.mlflow_tags import MLFLOW_GIT_COMMIT, MLFLOW_RUN_NOTE
from mlflow.utils.validation import MAX_DATASET_DIGEST_SIZE, MAX_METRICS_PER_BATCH

from registry.mlflow_store.connection import DEFAULT_TRACKING_URI, connect, experiment_id, registry_faults
from registry.mlflow_store.git_commit import git_commit
from registry.mlflow_store.logged_files import HISTORY_PREFIX
from registry.mlflow_store.versions import (
    REGISTERED_NAMES,
    SERVING_FOLDER,
    TAG_COMMIT,
    TAG_FEATURES,
    TAG_RECORD,
    TAG_SERVING_FILE,
    TAG_SHA256,
    list_versions,
)
from registry.training_runs.model_flavors import log_model
from registry.training_runs.training_run import TrainingRun
from svgai.model_files.training_record import (
    ARTIFACTS_FOLDER,
    FIGURES_FOLDER,
    RECORD_FILE,
    REPORT_FOLDER,
    TrainingRecord,
    file_sha256,
    read_record,
)

TAG_SAME_AS = "same_file_as_version"
_DESCRIPTIONS = {
    REGISTERED_NAMES["classifier"]: (
        "The type of an image: simple, text, gradient or complex. An ONNX network on a picture and its features; the "
        "version in Production is what `svgai serve` and `svgai deploy` serve."
    ),
    REGISTERED_NAMES["optimizer"]: (
        "What each tracing of a portfolio would give for an image: quality, bytes, time. An XGBoost surrogate on "
        "features and the parameters of a tracing; the version in Production is what `svgai serve` serves."
    ),
}
_TRACKING_VARIABLE = "MLFLOW_TRACKING_URI"


@dataclass(frozen=True)
class LoggedVersion:
    """
    A registered version; `created` is false where the same training had been logged before.

    `same_as` is the number of an earlier version whose file is the same to the byte, if there is one.
    """

    name: str
    version: int
    run_id: str
    sha256: str
    created: bool
    same_as: int | None = None


def log_training(
    folder: Path,
    tracking_uri: str = DEFAULT_TRACKING_URI,
    *,
    project_dir: Path = Path(),
    run: TrainingRun | None = None,
) -> LoggedVersion:
    """
    Log the training in `folder` and register its model; the git commit is that of `project_dir`.

    It is logged to `run`, which was open while it was trained, or to a new one with the times of the training.

    Logging the same folder again returns the version it has. Raises ModelFault for an incomplete or damaged folder,
    RegistryFault if MLflow cannot be reached or refuses.
    """
    record = read_record(folder)
    client = connect(tracking_uri)
    name = REGISTERED_NAMES[record.kind]
    record_sha256 = file_sha256(folder / RECORD_FILE)
    same_as = None
    for known in list_versions(client, name):
        if known.tags.get(TAG_SHA256) == record.sha256 and same_as is None:
            same_as = known.number
        if known.tags.get(TAG_RECORD) == record_sha256:
            return LoggedVersion(name, known.number, known.run_id, record.sha256, created=False)
    commit = run.commit if run else git_commit(project_dir)
    # MLflow prints links for people; what a command writes to stdout may be for machines.
    with registry_faults(f"log {folder}"), _tracking_at(client.tracking_uri), redirect_stdout(sys.stderr):
        with _run(client, record, commit, _note(folder, record), run) as run_id:
            model_uri = _log_run(client, run_id, folder, record, live=run is not None)
        _require_registered(client, name)
        registered: ModelVersion = mlflow.register_model(
            model_uri,
            name,
            await_registration_for=None,
            tags={
                TAG_SHA256: record.sha256,
                TAG_SERVING_FILE: record.model_file,
                TAG_FEATURES: hashlib.sha256("\n".join(record.features).encode()).hexdigest(),
                TAG_COMMIT: commit,
                TAG_RECORD: record_sha256,
                **({TAG_SAME_AS: str(same_as)} if same_as else {}),
            },
        )
    return LoggedVersion(name, int(registered.version), run_id, record.sha256, created=True, same_as=same_as)


def _require_registered(client: MlflowClient, name: str) -> None:
    """Register the model with a description, or give it one where it has none."""
    try:
        present = client.get_registered_model(name)
    except MlflowException as error:
        if error.error_code != "RESOURCE_DOES_NOT_EXIST":
            raise
        client.create_registered_model(name, description=_DESCRIPTIONS[name])
        return
    if not present.description:
        client.update_registered_model(name, _DESCRIPTIONS[name])


@contextmanager
def _tracking_at(tracking_uri: str) -> Iterator[None]:
    # The functions that log models know no client, only this global; setting it changes the environment, too.
    before = os.environ.get(_TRACKING_VARIABLE)
    mlflow.set_tracking_uri(tracking_uri)
    try:
        yield
    finally:
        mlflow.set_tracking_uri(None)  # type: ignore[arg-type]  # unsets it, which its signature does not tell
        if before is not None:
            os.environ[_TRACKING_VARIABLE] = before


@contextmanager
def _run(
    client: MlflowClient, record: TrainingRecord, commit: str, note: str, opened: TrainingRun | None
) -> Iterator[str]:
    """An active run that ends as FINISHED, KILLED on an interrupt, or FAILED, with the times of the training."""
    ended = int(record.created.timestamp() * 1000)
    if opened is None:
        created = client.create_run(
            experiment_id(client),
            start_time=ended - int(1000 * record.seconds),
            run_name=f"{record.kind}-{record.created:%Y%m%d-%H%M%S}",
            tags=resolve_tags(),
        )
    run_id = opened.run_id if opened else created.info.run_id
    run = mlflow.start_run(run_id=run_id)
    for key, value in {
        MLFLOW_GIT_COMMIT: commit,
        MLFLOW_RUN_NOTE: note,
        TAG_COMMIT: commit,
        TAG_SHA256: record.sha256,
        "dataset_digest": record.dataset.digest,
        "dataset_path": record.dataset.path,
        "dataset_description": record.dataset.description,
    }.items():
        client.set_tag(run_id, key, value)
    try:
        yield run.info.run_id
    except KeyboardInterrupt:
        mlflow.end_run("KILLED")
        raise
    except BaseException:
        mlflow.end_run("FAILED")
        raise
    mlflow.end_run("FINISHED")
    client.set_terminated(run_id, "FINISHED", end_time=ended)


def _note(folder: Path, record: TrainingRecord) -> str:
    """What MLflow shows on the page of the run."""
    said = f"{record.kind} trained in {record.seconds:.0f} s on {record.dataset.name}"
    if not (folder / REPORT_FOLDER).is_dir():
        return said
    return f"{said}; what it does with held-out data is among the artifacts, in `{REPORT_FOLDER}/`"


def _log_run(client: MlflowClient, run_id: str, folder: Path, record: TrainingRecord, *, live: bool) -> str:
    """Log everything of one training; returns the URI of the logged model."""
    mlflow.log_params({**record.parameters, "kind": record.kind, "training_seconds": record.seconds})
    dataset = MetaDataset(  # type: ignore[abstract]  # its class declares no profile, and needs none
        CodeDatasetSource(record.dataset.model_dump(include={"source", "path", "description"})),
        name=record.dataset.name,
        # MLflow's column is shorter than a SHA-256; the whole digest is a tag of the run.
        digest=record.dataset.digest[:MAX_DATASET_DIGEST_SIZE],
    )
    mlflow.log_input(dataset, context="training", tags={"rows": str(record.dataset.rows)})
    if not live:
        _log_history(client, run_id, record)
    for subfolder in (REPORT_FOLDER, FIGURES_FOLDER, ARTIFACTS_FOLDER):
        if (folder / subfolder).is_dir():
            mlflow.log_artifacts(str(folder / subfolder), subfolder)
    mlflow.log_artifact(str(folder / record.model_file), SERVING_FOLDER)
    mlflow.log_artifact(str(folder / RECORD_FILE))
    model = log_model(record.kind, folder / record.model_file)
    # With the model and the dataset named, MLflow shows what was measured on which of them.
    mlflow.log_metrics(record.metrics, model_id=model.model_id, dataset=dataset)
    return str(model.model_uri)


def _log_history(client: MlflowClient, run_id: str, record: TrainingRecord) -> None:
    # Under a prefix: a last epoch's value must not pass for the final one of the same name.
    # The record does not keep when each was: evenly over the time of the training is near enough for a chart.
    began = record.created.timestamp() - record.seconds
    share = record.seconds / max(len(record.history), 1)
    curves = [
        Metric(f"{HISTORY_PREFIX}{name}", value, int(1000 * (began + share * (step + 1))), step)
        for step, entry in enumerate(record.history)
        for name, value in entry.items()
    ]
    for start in range(0, len(curves), MAX_METRICS_PER_BATCH):
        client.log_batch(run_id, metrics=curves[start : start + MAX_METRICS_PER_BATCH])
