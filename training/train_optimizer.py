"""
Train the optimizer: a surrogate of (features, tracing) -> (ssim, delta_e, bytes) on a table of measured tracings.

Images, not rows, are split: for fitting, early stopping, and held-out figures. The held-out images give the conformal
margins, too; their coverage is measured crosswise, each half with the margins of the other.
"""

import json
import time
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd
import xgboost

from svgai.errors import DatasetFault
from svgai.features import FEATURE_NAMES
from svgai.logo_types import LOGO_TYPES
from svgai.optimizer import TRACING_NAMES, Floats, scale_to_ssim, ssim_to_scale, tracing_row
from svgai.tracing_parameters import TracingParameters
from svgai.training_record import RECORD_FILE, TrainingDataset, TrainingRecord, file_sha256, write_record
from training.optimizer_metrics import importance_figure, optimizer_metrics, prediction_figure, rank_figure
from training.parameter_search import MEASURES
from training.progress import Progress

MODEL_FILE = "optimizer.xgb"
COVERAGE = 0.9
"""Share of held-out tracings whose measured ssim should reach the predicted lower bound."""

EvalsLog = dict[str, dict[str, list[float] | list[tuple[float, float]]]]


@dataclass(frozen=True)
class OptimizerConfig:
    """How to train. `patience` is in boosting rounds."""

    rounds: int = 500
    patience: int = 25
    max_depth: int = 7
    learning_rate: float = 0.1
    min_child_weight: float = 8.0
    subsample: float = 0.8
    colsample_bytree: float = 0.7
    seed: int = 7


@dataclass(frozen=True, eq=False)
class Rows:
    """Surrogate rows: inputs (n, features + tracing), targets (n, 3) on the surrogate's scales, and the table."""

    inputs: Floats
    targets: Floats
    table: pd.DataFrame


def train_optimizer(
    table: pd.DataFrame, folder: Path, config: OptimizerConfig, source: str, progress: Progress
) -> TrainingRecord:
    """
    Train on a table of parameter_search and leave model, figures and training.json in `folder`.

    The portfolio is the tracings of the table, in its order.

    Raises:
        DatasetFault: there are too few images to split, or the table is not one of this version's parameter_search.
    """
    began = time.perf_counter()
    _check(table)
    folder.mkdir(parents=True, exist_ok=True)
    images = table["image"].drop_duplicates()
    if len(images) < 40:
        raise DatasetFault(f"the optimizer needs a table of at least 40 images; this one has {len(images)}")
    shuffled = images.sample(frac=1, random_state=config.seed).to_numpy()
    fit, stop, test = (
        _rows(table[table["image"].isin(part)])
        for part in np.split(shuffled, [int(len(images) * share) for share in (0.7, 0.8)])
    )
    booster, history = _fit(fit, stop, config, progress)
    predicted = _predict(booster, test)
    margins = _margins(predicted, test)
    portfolio = [json.loads(member) for member in table["tracing"].drop_duplicates()]
    booster.set_attr(
        features=json.dumps(FEATURE_NAMES),
        tracing=json.dumps(TRACING_NAMES),
        portfolio=json.dumps(portfolio),
        margins=json.dumps(margins),
    )
    # An earlier record would speak of another file, and a folder that has one counts as complete.
    (folder / RECORD_FILE).unlink(missing_ok=True)
    (folder / MODEL_FILE).write_bytes(booster.save_raw("ubj"))
    low = _crossed_lower_bound(predicted, test)
    (folder / "figures").mkdir(exist_ok=True)
    prediction_figure(predicted, test.targets).savefig(folder / "figures" / "predictions.png")
    rank_figure(predicted, test.targets, test.table).savefig(folder / "figures" / "rank_correlation.png")
    importance_figure(booster, (*FEATURE_NAMES, *TRACING_NAMES)).savefig(folder / "figures" / "importance.png")
    record = TrainingRecord(
        kind="optimizer",
        model_file=MODEL_FILE,
        sha256=file_sha256(folder / MODEL_FILE),
        parameters={**asdict(config), "images": len(images), "tracings": len(portfolio)},
        metrics=optimizer_metrics(predicted, low, test.targets, test.table),
        history=tuple(history),
        dataset=TrainingDataset(name="tracings", digest=_digest(table), rows=len(table), source=source),
        features=FEATURE_NAMES,
        classes=LOGO_TYPES,
        created=datetime.now(UTC),
        seconds=time.perf_counter() - began,
    )
    write_record(folder, record)
    return record


def _check(table: pd.DataFrame) -> None:
    missing = [name for name in ("image", "kind", "tracing", *FEATURE_NAMES, *MEASURES) if name not in table.columns]
    if missing:
        raise DatasetFault(
            f"the table of measured tracings lacks {', '.join(missing)}; make it anew with: svgai search"
        )
    try:
        for text in table["tracing"].unique():
            TracingParameters.model_validate_json(text)
    except ValueError as fault:
        raise DatasetFault(
            "the table of measured tracings is of another version; make it anew with: svgai search"
        ) from fault


def _rows(table: pd.DataFrame) -> Rows:
    members = {text: tracing_row(TracingParameters.model_validate_json(text)) for text in table["tracing"].unique()}
    tracings = np.stack([members[text] for text in table["tracing"]])
    inputs = np.concatenate([table[list(FEATURE_NAMES)].to_numpy(np.float32), tracings], axis=1)
    targets = np.stack(
        [ssim_to_scale(table["ssim"].to_numpy()), np.log1p(table["delta_e"]), np.log(table["bytes"])], axis=1
    )
    return Rows(inputs.astype(np.float32), targets.astype(np.float32), table)


def _fit(
    fit: Rows, stop: Rows, config: OptimizerConfig, progress: Progress
) -> tuple[xgboost.Booster, list[dict[str, float]]]:
    seen: dict[str, dict[str, list[float]]] = {}
    spread = fit.targets.std(axis=0)
    booster = xgboost.train(
        {
            "objective": "reg:squarederror",
            "tree_method": "hist",
            "max_depth": config.max_depth,
            "learning_rate": config.learning_rate,
            "min_child_weight": config.min_child_weight,
            "subsample": config.subsample,
            "colsample_bytree": config.colsample_bytree,
            "seed": config.seed,
        },
        xgboost.QuantileDMatrix(fit.inputs, fit.targets),
        num_boost_round=config.rounds,
        evals=[(xgboost.DMatrix(stop.inputs, stop.targets), "stop")],
        custom_metric=lambda predicted, data: (
            "error",
            float(np.mean(np.square((predicted - data.get_label().reshape(predicted.shape)) / spread))),
        ),
        early_stopping_rounds=config.patience,
        evals_result=seen,
        verbose_eval=False,
        callbacks=[_Reporting(progress, config.rounds)],
    )
    best = booster[: booster.best_iteration + 1]
    return best, [{"stop_error": error} for error in seen["stop"]["error"]]


class _Reporting(xgboost.callback.TrainingCallback):
    def __init__(self, progress: Progress, rounds: int) -> None:
        self._progress, self._rounds = progress, rounds

    def after_iteration(self, model: xgboost.Booster, epoch: int, evals_log: EvalsLog) -> bool:
        del model, evals_log
        self._progress("Training the optimizer", epoch + 1, self._rounds)
        return False


def _predict(booster: xgboost.Booster, rows: Rows) -> npt.NDArray[np.float32]:
    return np.asarray(booster.inplace_predict(rows.inputs), np.float32)


def _margins(predicted: Floats, held_out: Rows) -> dict[str, float]:
    """By type, the quantile of over-estimates of the ssim scale that COVERAGE of held-out rows stay below."""
    over = predicted[:, 0] - held_out.targets[:, 0]
    kinds = held_out.table["kind"].to_numpy()
    margins: dict[str, float] = {}
    for logo_type in LOGO_TYPES:
        own = over[kinds == logo_type]
        errors = own if len(own) >= 100 else over
        level = min(1.0, COVERAGE * (1 + 1 / len(errors)))
        margins[logo_type] = float(np.quantile(errors, level))
    return margins


def _crossed_lower_bound(predicted: Floats, held_out: Rows) -> npt.NDArray[np.float64]:
    """
    The lower bound of every held-out row by margins that its image had no part in.

    Each half of the images gets the margins of the other half, so that coverage is measured on all of them; the margins
    that are kept are those of all.
    """
    low = np.empty(len(predicted))
    codes = pd.factorize(held_out.table["image"])[0]
    for half in (0, 1):
        own, other = codes % 2 == half, codes % 2 != half
        rows = Rows(held_out.inputs[other], held_out.targets[other], held_out.table[other])
        low[own] = _lower_bound(predicted[own, 0], held_out.table[own], _margins(predicted[other], rows))
    return low


def _lower_bound(
    scale: npt.NDArray[np.float32], table: pd.DataFrame, margins: dict[str, float]
) -> npt.NDArray[np.float64]:
    own = table["kind"].map(margins).fillna(max(margins.values())).to_numpy(np.float64)
    return scale_to_ssim(scale - own)


def _digest(table: pd.DataFrame) -> str:
    return f"{int(pd.util.hash_pandas_object(table, index=False).sum()) & (2**64 - 1):016x}"
