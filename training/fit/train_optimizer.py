"""
Train the optimizer: a surrogate of (features, tracing) -> outcome of the tracing, on a table of measured tracings.

All metrics are cross-validated: the images are split into folds, and each fold is predicted by a surrogate trained on
the others. These errors also give the margins of the lower bound and the covariance. The final surrogate is trained on
all images.
"""

import json
import time
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

import pandas as pd

from svgai.describe.features import FEATURE_NAMES
from svgai.errors import DatasetFault
from svgai.logo_types import LOGO_TYPES
from svgai.model_files.input_reference import InputReference, histogram_of
from svgai.model_files.training_record import (
    ARTIFACTS_FOLDER,
    FIGURES_FOLDER,
    RECORD_FILE,
    TrainingDataset,
    TrainingRecord,
    file_sha256,
    write_record,
)
from svgai.trace.parameters import TRACING_NAMES
from training.data.datasets import brand_of
from training.data.origin import Origin
from training.data.parquet_files import write_parquet
from training.data.progress import Progress, Watch, unwatched
from training.fit.calibration import covariance, crossed_lower_bound, margins
from training.fit.held_out import held_out_metrics, write_held_out
from training.fit.held_out_report import emptied
from training.fit.optimizer_choices import choices, choices_digest
from training.fit.optimizer_metrics import importance_figure, optimizer_metrics
from training.fit.optimizer_report import write_optimizer_report
from training.fit.surrogate import OptimizerConfig, Rows, fit, predict_unseen
from training.search.parameter_search import MEASURES
from training.search.tracing_table import served, tracing_of, wholly_measured

MODEL_FILE = "optimizer.xgb"
SERVED_ROWS_FILE = f"{ARTIFACTS_FOLDER}/served_rows.parquet"


def train_optimizer(
    table: pd.DataFrame,
    folder: Path,
    config: OptimizerConfig,
    source: str,
    progress: Progress,
    *,
    watch: Watch = unwatched,
    origin: Origin = Origin("tracings"),  # noqa: B008 - frozen
) -> TrainingRecord:
    """
    Train on a table of parameter_search and write model, report and training.json to `folder`.

    The portfolio consists of the tracings of the table, in its order. `watch` is called with the error on held-out
    images after each round of the first surrogate.

    Raises:
        DatasetFault: the table is not one of this version's parameter_search, or has too few images or brands to split.
    """
    began = time.perf_counter()
    _check(table, config.folds)
    folder.mkdir(parents=True, exist_ok=True)
    rows = Rows.of(table)
    predicted, history = predict_unseen(rows, config, progress, watch)
    booster, _ = fit(rows, config, progress)
    portfolio = [json.loads(member) for member in table["tracing"].drop_duplicates()]
    believed = covariance(predicted, rows.targets, table)
    booster.set_attr(
        features=json.dumps(FEATURE_NAMES),
        tracing=json.dumps(TRACING_NAMES),
        portfolio=json.dumps(portfolio),
        margins=json.dumps(margins(predicted, rows.targets, table["kind"].to_numpy(object))),
        covariance=json.dumps([[float(f"{value:.5g}") for value in line] for line in believed]),
    )
    # An earlier record would describe another file, and a folder that has one counts as complete.
    (folder / RECORD_FILE).unlink(missing_ok=True)
    (folder / MODEL_FILE).write_bytes(booster.save_raw("ubj"))
    low = crossed_lower_bound(predicted, rows.targets, table)
    pictures = emptied(folder / FIGURES_FOLDER)
    importance_figure(booster, (*FEATURE_NAMES, *TRACING_NAMES)).savefig(pictures / "importance.png")
    if served(table).any():
        write_lineage(table, folder)
    outcomes = choices(predicted, rows.targets, table)
    metrics = {**optimizer_metrics(predicted, low, rows.targets, table), **held_out_metrics(outcomes)}
    write_optimizer_report(folder, predicted, rows.targets, table, outcomes, metrics)
    record = TrainingRecord(
        kind="optimizer",
        model_file=MODEL_FILE,
        sha256=file_sha256(folder / MODEL_FILE),
        parameters={**asdict(config), "images": table["image"].nunique(), "tracings": len(portfolio)},
        metrics=metrics,
        history=tuple({"held_out_error": error} for error in history),
        dataset=TrainingDataset(
            name=origin.name,
            digest=table_digest(table),
            rows=len(table),
            source=source,
            path=origin.path,
            description=origin.description,
        ),
        held_out=write_held_out(folder, outcomes, choices_digest(table)),
        features=FEATURE_NAMES,
        classes=LOGO_TYPES,
        inputs=input_reference(table),
        created=datetime.now(UTC),
        seconds=time.perf_counter() - began,
    )
    write_record(folder, record)
    return record


def input_reference(table: pd.DataFrame) -> InputReference:
    """The feature distributions of the images of a table; an image counts once."""
    images = table.drop_duplicates("image")
    return InputReference(histograms={name: histogram_of(images[name].to_numpy()) for name in FEATURE_NAMES})


def _check(table: pd.DataFrame, folds: int) -> None:
    missing = [name for name in ("image", "kind", "tracing", *FEATURE_NAMES, *MEASURES) if name not in table.columns]
    if missing:
        raise DatasetFault(
            f"the table of measured tracings lacks {', '.join(missing)}; make it anew with: svgai search"
        )
    for text in table["tracing"].unique():
        tracing_of(text)
    images, brands = table["image"].nunique(), table["image"].map(brand_of).nunique()
    if images < 40:
        raise DatasetFault(f"the optimizer needs a table of at least 40 images; this one has {images}")
    if brands < folds:
        raise DatasetFault(f"the optimizer needs images of at least {folds} brands; this table has images of {brands}")
    if not wholly_measured(table).any():
        raise DatasetFault("the table of measured tracings has no image that all tracings were measured on")


def write_lineage(table: pd.DataFrame, folder: Path) -> None:
    """Store the conversions that a training used, and the weight of each of their tracings, as an artifact."""
    path = folder / SERVED_ROWS_FILE
    path.parent.mkdir(exist_ok=True)
    write_parquet(table.loc[served(table), ["conversion_id", "image", "tracing", "weight"]], path)


def table_digest(table: pd.DataFrame) -> str:
    """A digest that identifies a table: 16 hexadecimal digits over all its values."""
    return f"{int(pd.util.hash_pandas_object(table, index=False).sum()) & (2**64 - 1):016x}"
