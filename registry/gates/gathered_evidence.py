"""The evidence for the gates, gathered from a version's run, its served file and its logged model."""

import tempfile
from pathlib import Path

import mlflow
from mlflow import MlflowClient

from registry.gates.evidence import Baseline, Digest, Evidence, SmokeTestOutcome
from registry.gates.held_out_outcomes import read_held_out
from registry.gates.logged_model import read_logged_model
from registry.gates.plain_files import MODEL_SUFFIXES, RUN_SUFFIXES, file_faults
from registry.gates.served_file_smoke_test import served_file_smoke_test
from registry.mlflow_store.connection import registry_faults
from registry.mlflow_store.logged_files import (
    download_artifact,
    final_metrics,
    read_downloaded_record,
    served_file_name,
)
from registry.mlflow_store.versions import SERVING_FOLDER, TAG_RECORD, TAG_SHA256, Version, kind_of
from svgai.model_files.training_record import HELD_OUT_FILE, RECORD_FILE, WEIGHTS_FILE, file_sha256


def gather_evidence(client: MlflowClient, version: Version) -> Evidence:
    """All evidence about `version`; what cannot be found stays None or empty and fails its gate."""
    with registry_faults(f"read what was logged for {version}"), tempfile.TemporaryDirectory() as folder:
        run = _download_run(client, version, Path(folder, "run"))
        model = _download_model(client, version, Path(folder, "model"))
        record, name = read_downloaded_record(run), served_file_name(version)
        served = run / SERVING_FOLDER / name if name else None
        if served is not None and not served.is_file():
            served = None
        held_out = read_held_out(run / HELD_OUT_FILE, record)
        odd = [*file_faults(model, MODEL_SUFFIXES), *file_faults(run, RUN_SUFFIXES)]
        if record and record.held_out and held_out is None:
            odd.append(f"{HELD_OUT_FILE} is not the one of the training")
        if record and record.weights_sha256 not in (None, _sha256(run / WEIGHTS_FILE)):
            odd.append(f"{WEIGHTS_FILE} is not the one of the training")
        logged = read_logged_model(model)
        kind = kind_of(version.name)
        return Evidence(
            kind=kind,
            version=version.number,
            metrics=final_metrics(client, version),
            recorded_metrics=record.metrics if record else {},
            size_bytes=served.stat().st_size if served else None,
            served_file=Digest(version.tags.get(TAG_SHA256), file_sha256(served) if served else None),
            training_record=Digest(version.tags.get(TAG_RECORD), _sha256(run / RECORD_FILE)),
            held_out=held_out,
            dataset_digest=record.dataset.digest if record else None,
            features=record.features if record else (),
            classes=record.classes if record else (),
            flavors=logged.flavors,
            signature=logged.signature,
            files=sum(path.is_file() for path in Path(folder).rglob("*")),
            file_faults=tuple(odd),
            smoke_test=served_file_smoke_test(kind, served) if served else SmokeTestOutcome(),
        )


def gather_baseline(client: MlflowClient, version: Version) -> Baseline:
    """The evidence about `version`, for comparison with a candidate."""
    with registry_faults(f"read what was logged for {version}"), tempfile.TemporaryDirectory() as folder:
        record = (
            read_downloaded_record(Path(folder))
            if download_artifact(client, version, RECORD_FILE, Path(folder))
            else None
        )
        kept = download_artifact(client, version, HELD_OUT_FILE, Path(folder))
        return Baseline(
            version.number,
            final_metrics(client, version),
            record.dataset.digest if record else None,
            read_held_out(kept, record),
        )


def _sha256(path: Path) -> str | None:
    return file_sha256(path) if path.is_file() else None


def _download_run(client: MlflowClient, version: Version, folder: Path) -> Path:
    """The folder of everything that was logged to the version's run; an empty one where there is nothing."""
    folder.mkdir()
    if not version.run_id or not client.list_artifacts(version.run_id):
        return folder
    return Path(client.download_artifacts(version.run_id, "", str(folder)))


def _download_model(client: MlflowClient, version: Version, folder: Path) -> Path:
    """The folder of everything of the logged model; an empty one where there is nothing."""
    folder.mkdir()
    uri = client.get_model_version_download_uri(version.name, str(version.number))
    if not mlflow.artifacts.list_artifacts(artifact_uri=uri, tracking_uri=client.tracking_uri):
        return folder
    return Path(
        mlflow.artifacts.download_artifacts(artifact_uri=uri, dst_path=str(folder), tracking_uri=client.tracking_uri)
    )
