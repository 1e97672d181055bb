"""A training's logged metrics and files for a version."""

from collections.abc import Iterable, Mapping
from pathlib import Path, PurePosixPath

from mlflow import MlflowClient
from mlflow.entities import ViewType
from pydantic import ValidationError

from registry.mlflow_store.pages import every_page
from registry.mlflow_store.versions import SERVING_FOLDER, TAG_SERVING_FILE, Version
from svgai.model_files.training_record import RECORD_FILE, TrainingRecord

HISTORY_PREFIX = "training/"
_RUNS_A_CALL = 500
"""Their ids are part of the request."""


def final_metrics(client: MlflowClient, version: Version) -> dict[str, float]:
    """The held-out metrics of a version's run, without its training curves; empty if it came from no run."""
    if not version.run_id:
        return {}
    return _final(client.get_run(version.run_id).data.metrics)


def final_metrics_by_run(client: MlflowClient, versions: Iterable[Version]) -> dict[str, dict[str, float]]:
    """
    The held-out metrics of the runs of many versions, by the run's id; what has no run, or none that is left, is left
    out. A call for every 500 runs, whatever experiments they are in.
    """
    ids = sorted({version.run_id for version in versions if version.run_id})
    if not ids:
        return {}
    known = every_page(lambda token: client.search_experiments(view_type=ViewType.ALL, page_token=token))
    experiments = [one.experiment_id for one in known]
    found: dict[str, dict[str, float]] = {}
    for start in range(0, len(ids), _RUNS_A_CALL):
        asked = ids[start : start + _RUNS_A_CALL]
        named = ", ".join(f"'{one}'" for one in asked)
        runs = client.search_runs(experiments, f"attributes.run_id IN ({named})", ViewType.ALL, len(asked))
        found |= {run.info.run_id: _final(run.data.metrics) for run in runs}
    return found


def served_file_name(version: Version) -> str | None:
    """The name of the file that is served, from the version's tag; None if it has none, or no plain name."""
    name = version.tags.get(TAG_SERVING_FILE, "")
    return name if PurePosixPath(name).name == name != "" else None


def download_served_file(client: MlflowClient, version: Version, folder: Path) -> Path | None:
    """Download the file of `version` that is served, byte for byte as trained; None if it was not logged."""
    name = served_file_name(version)
    return download_artifact(client, version, f"{SERVING_FOLDER}/{name}", folder) if name else None


def download_artifact(client: MlflowClient, version: Version, path: str, folder: Path) -> Path | None:
    """Download one file of a version's run, by its path there; None if there is no such file."""
    if not version.run_id:
        return None
    parent = path.rpartition("/")[0] or None
    if path not in (entry.path for entry in client.list_artifacts(version.run_id, parent)):
        return None
    return Path(client.download_artifacts(version.run_id, path, str(folder)))


def read_downloaded_record(folder: Path) -> TrainingRecord | None:
    """The training record in `folder`, without its model file; None if it is missing or not valid."""
    try:
        return TrainingRecord.model_validate_json((folder / RECORD_FILE).read_bytes())
    except (OSError, ValidationError):
        return None


def _final(metrics: Mapping[str, float]) -> dict[str, float]:
    return {name: value for name, value in metrics.items() if not name.startswith(HISTORY_PREFIX)}
