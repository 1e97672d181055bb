"""The report on held-out data, below the run of the version that it is about, in a registry in a file."""

import json
from pathlib import Path

import pandas as pd
import pytest

from registry.gates.gathered_evidence import gather_evidence
from registry.mlflow_store.connection import connect
from registry.mlflow_store.versions import REGISTERED_NAMES, list_versions
from registry.training_runs.tracking import log_training
from svgai.logo_types import LOGO_TYPES
from svgai.model_files.training_record import REPORT_FOLDER, ModelKind
from tests.integration.training.test_training_run import small_table
from tests.marks import MLFLOW_WARNINGS
from training.data.dataset_writer import write_dataset
from training.data.datasets import labelled, load_dataset
from training.fit.held_out_report import METRICS_FILE
from training.fit.optimizer_metrics import TARGET_NAMES
from training.fit.surrogate import OptimizerConfig
from training.fit.train_optimizer import train_optimizer
from training.search.tracing_table import read_table
from training.templates import linear_classifier

pytestmark = [
    pytest.mark.integration,
    *MLFLOW_WARNINGS,
]


def trained(kind: ModelKind, folder: Path) -> Path:
    """A folder of a real training, of small data."""
    if kind == "optimizer":
        small_table(folder.with_suffix(".parquet"))
        table = read_table(folder.with_suffix(".parquet"))
        train_optimizer(table, folder, OptimizerConfig(rounds=3, max_depth=2), "a part", lambda *_: None)
    else:
        data = folder.with_name("drawn")
        write_dataset(data, 16, 5, 1, lambda *_: None)
        linear_classifier.train(labelled(load_dataset(data).samples), folder, data)
    return folder


@pytest.mark.parametrize(
    "kind, table, first, rows, picture",
    [
        ("classifier", "confusion_matrix", "type", LOGO_TYPES, "reliability"),
        ("optimizer", "errors", "quantity", TARGET_NAMES, "predictions"),
    ],
)
def test_a_version_has_its_report(
    kind: ModelKind, table: str, first: str, rows: tuple[str, ...], picture: str, tmp_path: Path
) -> None:
    """As artifacts of its run: tables, pictures and the figures that the run has, and no gate minds the files."""
    client = connect(f"sqlite:///{tmp_path}/mlflow.db")
    log_training(trained(kind, tmp_path / kind), client.tracking_uri)
    (version,) = list_versions(client, REGISTERED_NAMES[kind])
    run = client.get_run(version.run_id)
    assert f"`{REPORT_FOLDER}/`" in run.data.tags["mlflow.note.content"]
    entries = {entry.path for entry in client.list_artifacts(version.run_id, REPORT_FOLDER)}
    assert {METRICS_FILE, f"{REPORT_FOLDER}/{table}.csv", f"{REPORT_FOLDER}/{picture}.png"} <= entries
    report = Path(client.download_artifacts(version.run_id, REPORT_FOLDER, str(tmp_path)))
    measured = json.loads((report / "metrics.json").read_text())["metrics"]
    assert measured.items() <= run.data.metrics.items()
    assert tuple(pd.read_csv(report / f"{table}.csv")[first]) == rows
    assert (report / f"{picture}.png").read_bytes().startswith(b"\x89PNG")
    assert gather_evidence(client, version).file_faults == ()
