"""The surrogate's rows and its boosting: (features, tracing) -> outcome, on the scales of svgai.scales."""

from dataclasses import dataclass
from typing import Annotated

import numpy as np
import pandas as pd
import xgboost
from pydantic import Field
from sklearn.model_selection import GroupKFold

from svgai.array_types import Floats
from svgai.choose.optimizer import tracing_row
from svgai.describe.features import FEATURE_NAMES
from svgai.measure.outcome_scales import SCALES, to_scales
from training.data.datasets import brand_of
from training.data.progress import Progress, Watch, unwatched
from training.fit.config_values import Amount, Count, Rate, Seed
from training.search.tracing_table import tracing_of

EvalsLog = dict[str, dict[str, list[float] | list[tuple[float, float]]]]


@dataclass(frozen=True)
class OptimizerConfig:
    """Training settings. `folds`: number of cross-validation folds of the images."""

    rounds: Count = 300
    folds: Annotated[int, Field(ge=2)] = 3
    max_depth: Count = 6
    max_bin: Annotated[int, Field(ge=2)] = 64
    learning_rate: Rate = 0.08
    min_child_weight: Amount = 8.0
    subsample: Annotated[float, Field(gt=0, le=1)] = 0.8
    colsample_bytree: Annotated[float, Field(gt=0, le=1)] = 0.4
    seed: Seed = 7


@dataclass(frozen=True, eq=False)
class Rows:
    """
    Surrogate rows: inputs (n, features + tracing), targets (n, len(SCALES)), and their table. A column `weight` of the
    table gives the weight of each row; without one all rows are weighted equally.
    """

    inputs: Floats
    targets: Floats
    table: pd.DataFrame

    @property
    def weights(self) -> Floats | None:
        return self.table["weight"].to_numpy(np.float32) if "weight" in self.table.columns else None

    @classmethod
    def of(cls, table: pd.DataFrame) -> "Rows":
        members = {text: tracing_row(tracing_of(text)) for text in table["tracing"].unique()}
        tracings = np.stack([members[text] for text in table["tracing"]])
        inputs = np.concatenate([table[list(FEATURE_NAMES)].to_numpy(np.float32), tracings], axis=1)
        measures = {name: table[name].to_numpy() for name in SCALES}
        return cls(inputs.astype(np.float32), to_scales(measures).astype(np.float32), table)


def fit(
    rows: Rows,
    config: OptimizerConfig,
    progress: Progress,
    held_out: Rows | None = None,
    watch: Watch = unwatched,
    threads: int = 0,
) -> tuple[xgboost.Booster, list[float]]:
    """
    Boost `config.rounds` trees for each target; with `held_out`, also the error on them after every round.

    `threads` 0: one per core.
    """
    seen: dict[str, dict[str, list[float]]] = {}
    spread = rows.targets.std(axis=0) + 1e-6
    booster = xgboost.train(
        {
            "objective": "reg:squarederror",
            "tree_method": "hist",
            "multi_strategy": "multi_output_tree",
            "max_depth": config.max_depth,
            "max_bin": config.max_bin,
            "learning_rate": config.learning_rate,
            "min_child_weight": config.min_child_weight,
            "subsample": config.subsample,
            "colsample_bytree": config.colsample_bytree,
            "seed": config.seed,
            "nthread": threads,
        },
        xgboost.QuantileDMatrix(rows.inputs, rows.targets, weight=rows.weights, max_bin=config.max_bin),
        num_boost_round=config.rounds,
        evals=[(xgboost.DMatrix(held_out.inputs, held_out.targets), "held_out")] if held_out else [],
        custom_metric=lambda predicted, data: (
            "error",
            float(np.mean(np.square((predicted - data.get_label().reshape(predicted.shape)) / spread))),
        ),
        evals_result=seen,
        verbose_eval=False,
        callbacks=[_Reporting(progress, watch, config.rounds)],
    )
    return booster, seen["held_out"]["error"] if held_out else []


def predict(booster: xgboost.Booster, rows: Rows) -> Floats:
    """Predictions (n, len(SCALES))."""
    return np.asarray(booster.inplace_predict(rows.inputs), np.float32)


def predict_unseen(
    rows: Rows, config: OptimizerConfig, progress: Progress, watch: Watch = unwatched
) -> tuple[Floats, list[float]]:
    """
    Cross-validated predictions of every row, by surrogates that never saw its brand: (n, len(SCALES)). Also the error
    after every round of the first of them.
    """
    predicted = np.empty_like(rows.targets)
    history: list[float] = []
    brands = rows.table["image"].map(brand_of)
    splitter = GroupKFold(config.folds, shuffle=True, random_state=config.seed)
    for number, (seen, unseen) in enumerate(splitter.split(rows.inputs, groups=brands)):
        learned, held_out = (
            Rows(rows.inputs[part], rows.targets[part], rows.table.iloc[part]) for part in (seen, unseen)
        )
        fold_progress = _shifted(progress, number * config.rounds, config.folds * config.rounds)
        booster, errors = fit(learned, config, fold_progress, None if history else held_out, watch)
        history = history or errors
        predicted[unseen] = predict(booster, held_out)
    return predicted, history


def _shifted(progress: Progress, before: int, total: int) -> Progress:
    """The progress of one fold as a part of the whole."""
    return lambda _, done, __: progress("Measuring on unseen images", before + done, total)


class _Reporting(xgboost.callback.TrainingCallback):
    def __init__(self, progress: Progress, watch: Watch, rounds: int) -> None:
        self._progress, self._watch, self._rounds = progress, watch, rounds

    def after_iteration(self, model: xgboost.Booster, epoch: int, evals_log: EvalsLog) -> bool:
        del model
        self._progress("Training the optimizer", epoch + 1, self._rounds)
        for error in evals_log.get("held_out", {}).get("error", ())[-1:]:
            self._watch(epoch, {"held_out_error": float(error[0] if isinstance(error, tuple) else error)})
        return False
