"""
Predicts quality, size and time of every tracing of a portfolio for an image, by a surrogate model.

The surrogate is one XGBoost model over rows of (image features, tracing), which predicts on the scales of
`svgai.measure.outcome_scales`. The lower bound `ssim_low` is split-conformal (Papadopoulos et al. 2002): the prediction
less the 90 % quantile of its error on held-out images of the type.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import get_args

import numpy as np
import xgboost

from svgai.array_types import Floats
from svgai.choose.outcome_beliefs import Belief
from svgai.describe.features import FEATURE_NAMES
from svgai.errors import ModelFault
from svgai.logo_types import LOGO_TYPES, LogoType
from svgai.measure.outcome_scales import BELIEVED, SCALES, SIZE, Scaled, from_scales, scale_to_ssim
from svgai.measure.promise import Promise
from svgai.trace.parameters import TRACING_NAMES, TracingParameters


def tracing_row(parameters: TracingParameters) -> Floats:
    """A tracing as numbers (len(TRACING_NAMES),): choices become their index."""
    values = []
    for name, field in TracingParameters.model_fields.items():
        value = getattr(parameters, name)
        choices = get_args(field.annotation)
        values.append(choices.index(value) if choices and isinstance(value, str) else float(value))
    return np.array(values, np.float32)


@dataclass(frozen=True)
class Candidate:
    """A tracing with the surrogate's predictions for one image."""

    parameters: TracingParameters
    ssim: float
    ssim_low: float
    worst: float
    edge_ssim: float
    delta_e: float
    bytes: int
    seconds: float


@dataclass(frozen=True, eq=False)
class Prediction:
    """
    Predictions for one image: for each tracing of `portfolio` a row of `mean` (m, len(SCALES)).

    `margin` is how far below its prediction the lower bound of ssim lies, on the scale.
    """

    portfolio: tuple[TracingParameters, ...]
    mean: Scaled
    margin: float
    covariance: Scaled

    @property
    def candidates(self) -> tuple[Candidate, ...]:
        """Every tracing, smallest first."""
        values = {name: column.tolist() for name, column in from_scales(self.mean).items()}
        low = scale_to_ssim(self.mean[:, 0] - self.margin).tolist()
        return tuple(
            Candidate(
                self.portfolio[m],
                ssim=values["ssim"][m],
                ssim_low=low[m],
                worst=values["worst"][m],
                edge_ssim=values["edge_ssim"][m],
                delta_e=values["delta_e"][m],
                bytes=round(values["bytes"][m]),
                seconds=values["seconds"][m],
            )
            for m in np.argsort(self.mean[:, SIZE], kind="stable").tolist()
        )

    def for_promise(self, promise: Promise) -> "Prediction":
        """
        What is predicted of the tracings that may keep a promise.

        A limit on `worst` is met by tracings with refinement: those without it are meant for coarse results, though
        some may measure well.
        """
        some = [m for m, member in enumerate(self.portfolio) if member.refine_to]
        if promise.min_worst == 0 or not some:
            return self
        columns = (np.array(some)[:, None] * BELIEVED + np.arange(BELIEVED)).ravel()
        covariance = self.covariance[np.ix_(columns, columns)]
        return Prediction(tuple(self.portfolio[m] for m in some), self.mean[some], self.margin, covariance)

    @property
    def belief(self) -> Belief:
        """The same as a belief, to be updated by measurements."""
        return Belief(self.mean[:, :BELIEVED], self.covariance)


class Optimizer:
    """The surrogate with its portfolio. `version` is the registry's number, or the start of the file's digest."""

    def __init__(self, booster: xgboost.Booster, version: str) -> None:
        try:
            features = tuple(json.loads(booster.attr("features") or "null") or ())
            tracing = tuple(json.loads(booster.attr("tracing") or "null") or ())
            portfolio = json.loads(booster.attr("portfolio") or "null") or ()
            margins = dict(json.loads(booster.attr("margins") or "{}"))
            self._margins = {str(name): float(margin) for name, margin in margins.items()}
            if features != FEATURE_NAMES or tracing != TRACING_NAMES or set(self._margins) != set(LOGO_TYPES):
                raise ValueError("it was trained on other features, tracings or types")
            self.portfolio = tuple(TracingParameters.model_validate(member) for member in portfolio)
            if not self.portfolio:
                raise ValueError("its portfolio is empty")
            self._covariance = np.array(json.loads(booster.attr("covariance") or "null"), np.float64)
            side = BELIEVED * len(self.portfolio)
            if self._covariance.shape != (side, side) or not np.isfinite(self._covariance).all():
                raise ValueError("its covariance is not one of its portfolio")
        except (ValueError, TypeError) as fault:
            raise ModelFault(f"the optimizer does not fit this version of SVG-AI: {fault}") from fault
        self.version = version
        self._booster = booster
        self._rows = np.stack([tracing_row(member) for member in self.portfolio])

    def predict(self, features: Floats, types: Sequence[LogoType]) -> list[Prediction]:
        """For each image, with features (n, f) and its type, what is predicted of the portfolio."""
        images, members = len(features), len(self.portfolio)
        rows = np.concatenate(
            [np.repeat(features, members, axis=0), np.tile(self._rows, (images, 1))], axis=1, dtype=np.float32
        )
        means = self._booster.inplace_predict(rows).reshape(images, members, len(SCALES)).astype(np.float64)
        return [
            Prediction(self.portfolio, mean, self._margins[logo_type], self._covariance)
            for mean, logo_type in zip(means, types, strict=True)
        ]


def load_optimizer(path: Path, version: str) -> Optimizer:
    """
    Load optimizer.xgb (XGBoost's UBJSON).

    Raises:
        ModelFault: the file is not such a model, or was trained for other features or tracings.
    """
    try:
        data = path.read_bytes()
    except OSError as fault:
        raise ModelFault(f"{path} is not a readable XGBoost model: {fault}") from fault
    return optimizer_from(data, path, version)


def optimizer_from(data: bytes, path: Path, version: str) -> Optimizer:
    """The same from the bytes of the file; the path is only for messages."""
    booster = xgboost.Booster({"nthread": 1})
    try:
        if not data.endswith(b"}"):  # XGBoost would read beyond the end and may end the process
            raise OSError("the file is empty" if not data else "the file is cut off")
        booster.load_model(bytearray(data))
    except (xgboost.core.XGBoostError, OSError) as fault:
        reason, _, _ = str(fault).partition("\n")  # XGBoost adds a stack trace of its own
        raise ModelFault(f"{path} is not a readable XGBoost model: {reason}") from fault
    booster.set_param({"nthread": 1})
    return Optimizer(booster, version)


def choose(candidates: Sequence[Candidate], promise: Promise) -> Candidate:
    """
    The smallest candidate whose lower bound reaches the target; failing that the one most likely to.

    With `max_bytes`, candidates predicted to be larger count only where all are.
    """
    pool = [c for c in candidates if promise.max_bytes is None or c.bytes <= promise.max_bytes] or [
        min(candidates, key=lambda c: c.bytes)
    ]
    fair = [c for c in pool if c.delta_e <= promise.max_delta_e] or pool
    whole = [c for c in fair if promise.min_worst == 0 or c.worst >= promise.min_worst]
    sure = [c for c in whole if c.ssim_low >= promise.target and c.delta_e <= promise.max_delta_e]
    if sure:
        return min(sure, key=lambda c: c.bytes)
    return max(whole, key=lambda c: c.ssim_low) if whole else max(fair, key=lambda c: (c.worst, c.ssim_low))


def pareto_front(candidates: Sequence[Candidate]) -> tuple[Candidate, ...]:
    """The Pareto front of predicted ssim and bytes, smallest first."""
    front: list[Candidate] = []
    for candidate in sorted(candidates, key=lambda c: (c.bytes, -c.ssim)):
        if not front or candidate.ssim > front[-1].ssim:
            front.append(candidate)
    return tuple(front)
