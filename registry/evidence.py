"""The evidence for the gates, gathered from a version's run, its served file and its logged model."""

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import mlflow
import yaml
from mlflow import MlflowClient
from pydantic import ValidationError

from registry.connection import registry_faults
from registry.gates import Baseline, Evidence
from registry.versions import SERVING_FOLDER, TAG_SERVING_FILE, TAG_SHA256, Version, kind_of
from svgai.training_record import RECORD_FILE, TrainingRecord, file_sha256

HISTORY_PREFIX = "training/"
_MLMODEL = "MLmodel"


@dataclass(frozen=True)
class _ServedFile:
    size_bytes: int
    sha256: str


def gather_evidence(client: MlflowClient, version: Version) -> Evidence:
    """All that the gates want to know of `version`; what cannot be found stays None or empty and fails its gate."""
    with registry_faults(f"read what was logged for {version}"), tempfile.TemporaryDirectory() as folder:
        record = _record(client, version, Path(folder))
        served = _served_file(client, version, Path(folder))
        flavors, files = _logged_model(client, version, Path(folder))
        return Evidence(
            kind=kind_of(version.name),
            version=version.number,
            metrics=final_metrics(client, version),
            size_bytes=served.size_bytes if served else None,
            recorded_sha256=version.tags.get(TAG_SHA256),
            measured_sha256=served.sha256 if served else None,
            dataset_digest=record.dataset.digest if record else None,
            features=record.features if record else (),
            classes=record.classes if record else (),
            flavors=flavors,
            model_files=files,
        )


def gather_baseline(client: MlflowClient, version: Version) -> Baseline:
    """What a candidate for the place of `version` is compared with."""
    with registry_faults(f"read what was logged for {version}"), tempfile.TemporaryDirectory() as folder:
        record = _record(client, version, Path(folder))
        return Baseline(version.number, final_metrics(client, version), record.dataset.digest if record else None)


def final_metrics(client: MlflowClient, version: Version) -> dict[str, float]:
    """The held-out metrics of a version's run, without its training curves; empty if it came from no run."""
    if not version.run_id:
        return {}
    metrics: dict[str, float] = client.get_run(version.run_id).data.metrics
    return {name: value for name, value in metrics.items() if not name.startswith(HISTORY_PREFIX)}


def served_file_name(version: Version) -> str | None:
    """The name of the file that is served, from the version's tag; None if it has none, or no plain name."""
    name = version.tags.get(TAG_SERVING_FILE, "")
    return name if PurePosixPath(name).name == name != "" else None


def download_served_file(client: MlflowClient, version: Version, folder: Path) -> Path | None:
    """Download the file of `version` that is served, byte for byte as trained; None if it was not logged."""
    name = served_file_name(version)
    return _download(client, version, f"{SERVING_FOLDER}/{name}", folder) if name else None


def _record(client: MlflowClient, version: Version, folder: Path) -> TrainingRecord | None:
    path = _download(client, version, RECORD_FILE, folder)
    if path is None:
        return None
    try:
        return TrainingRecord.model_validate_json(path.read_bytes())
    except ValidationError:
        return None


def _served_file(client: MlflowClient, version: Version, folder: Path) -> _ServedFile | None:
    path = download_served_file(client, version, folder)
    return _ServedFile(path.stat().st_size, file_sha256(path)) if path else None


def _download(client: MlflowClient, version: Version, path: str, folder: Path) -> Path | None:
    if not version.run_id:
        return None
    parent = path.rpartition("/")[0] or None
    if path not in (entry.path for entry in client.list_artifacts(version.run_id, parent)):
        return None
    return Path(client.download_artifacts(version.run_id, path, str(folder)))


def _logged_model(
    client: MlflowClient, version: Version, folder: Path
) -> tuple[dict[str, dict[str, object]], tuple[str, ...]]:
    uri = client.get_model_version_download_uri(version.name, str(version.number))
    files = tuple(_files_below(client.tracking_uri, uri))
    if _MLMODEL not in files:
        return {}, files
    path = mlflow.artifacts.download_artifacts(
        artifact_uri=f"{uri}/{_MLMODEL}", dst_path=str(folder), tracking_uri=client.tracking_uri
    )
    try:
        content = yaml.safe_load(Path(path).read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError):
        return {}, files
    flavors = content.get("flavors") if isinstance(content, dict) else None
    if not isinstance(flavors, dict):
        return {}, files
    return {str(name): config for name, config in flavors.items() if isinstance(config, dict)}, files


def _files_below(tracking_uri: str, uri: str, folder: str = "") -> Iterator[str]:
    location = f"{uri}/{folder}" if folder else uri
    for entry in mlflow.artifacts.list_artifacts(artifact_uri=location, tracking_uri=tracking_uri):
        # Each listing is relative to its own location.
        path = f"{folder}/{Path(entry.path).name}" if folder else Path(entry.path).name
        if entry.is_dir:
            yield from _files_below(tracking_uri, uri, path)
        else:
            yield path
