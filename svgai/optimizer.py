"""
Which tracing suits an image: a surrogate that predicts quality and size of every tracing of a portfolio.

The surrogate is one XGBoost model over rows of (image features, tracing). It predicts ssim, delta_e and bytes on scales
on which errors are even: `loss` = -ln(1 - ssim + 0.002), ln(1 + delta_e) and ln(bytes). The lower bound `ssim_low` is
split-conformal (Papadopoulos et al. 2002): the prediction less the 90 % quantile of its error on held-out images.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import get_args

import numpy as np
import numpy.typing as npt
import xgboost

from svgai.errors import ModelFault
from svgai.features import FEATURE_NAMES
from svgai.logo_types import LOGO_TYPES, LogoType
from svgai.tracing_parameters import TracingParameters

Floats = npt.NDArray[np.float32]

TRACING_NAMES = tuple(TracingParameters.model_fields)
"""The columns that describe a tracing, after the features, in a surrogate row."""

_OFFSET = 0.002


def ssim_to_scale(ssim: npt.ArrayLike) -> npt.NDArray[np.float64]:
    """The scale on which ssim is predicted; it stretches the top, where targets lie."""
    return -np.log(1 - np.asarray(ssim, np.float64) + _OFFSET)


def scale_to_ssim(scale: npt.ArrayLike) -> npt.NDArray[np.float64]:
    """The inverse of ssim_to_scale, at most 1."""
    return np.minimum(1.0, 1 + _OFFSET - np.exp(-np.asarray(scale, np.float64)))


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
    """A tracing with what the surrogate predicts of it for one image."""

    parameters: TracingParameters
    ssim: float
    ssim_low: float
    delta_e: float
    bytes: int


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
        except (ValueError, TypeError) as fault:
            raise ModelFault(f"the optimizer does not fit this version of SVG-AI: {fault}") from fault
        self.version = version
        self._booster = booster
        self._rows = np.stack([tracing_row(member) for member in self.portfolio])

    def predict(self, features: Floats, types: Sequence[LogoType]) -> list[tuple[Candidate, ...]]:
        """For each image, with features (n, f) and its type, every tracing of the portfolio, smallest first."""
        images, members = len(features), len(self.portfolio)
        rows = np.concatenate(
            [np.repeat(features, members, axis=0), np.tile(self._rows, (images, 1))], axis=1, dtype=np.float32
        )
        scale, log_delta_e, log_bytes = (
            self._booster.inplace_predict(rows).reshape(images, members, 3).transpose(2, 0, 1)
        )
        margins = np.array([self._margins[logo_type] for logo_type in types])[:, None]
        ssim, ssim_low = scale_to_ssim(scale), scale_to_ssim(scale - margins)
        delta_e, size = np.maximum(0, np.expm1(log_delta_e)), np.maximum(1, np.rint(np.exp(log_bytes)))
        return [
            tuple(
                Candidate(
                    self.portfolio[m], float(ssim[i, m]), float(ssim_low[i, m]), float(delta_e[i, m]), int(size[i, m])
                )
                for m in np.argsort(size[i], kind="stable")
            )
            for i in range(images)
        ]


def load_optimizer(path: Path, version: str) -> Optimizer:
    """
    Load optimizer.xgb (XGBoost's UBJSON).

    Raises:
        ModelFault: the file is not such a model, or was trained for other features or tracings.
    """
    booster = xgboost.Booster({"nthread": 1})
    try:
        data = path.read_bytes()
        if not data.endswith(b"}"):  # XGBoost would read beyond the end and may end the process
            raise OSError("the file is empty" if not data else "the file is cut off")
        booster.load_model(bytearray(data))
    except (xgboost.core.XGBoostError, OSError) as fault:
        raise ModelFault(f"{path} is not a readable XGBoost model: {fault}") from fault
    booster.set_param({"nthread": 1})
    return Optimizer(booster, version)


def choose(
    candidates: Sequence[Candidate], target: float, max_delta_e: float, max_bytes: int | None = None
) -> Candidate:
    """
    The smallest candidate whose lower bound reaches the target; failing that the one most likely to.

    With `max_bytes`, candidates predicted to be larger count only where all are.
    """
    pool = [c for c in candidates if max_bytes is None or c.bytes <= max_bytes] or [
        min(candidates, key=lambda c: c.bytes)
    ]
    sure = [c for c in pool if c.ssim_low >= target and c.delta_e <= max_delta_e]
    if sure:
        return min(sure, key=lambda c: c.bytes)
    fair = [c for c in pool if c.delta_e <= max_delta_e] or pool
    return max(fair, key=lambda c: c.ssim_low)


def pareto_front(candidates: Sequence[Candidate]) -> tuple[Candidate, ...]:
    """Those that no other beats in both predicted ssim and bytes, smallest first."""
    front: list[Candidate] = []
    for candidate in sorted(candidates, key=lambda c: (c.bytes, -c.ssim)):
        if not front or candidate.ssim > front[-1].ssim:
            front.append(candidate)
    return tuple(front)


def shifted(candidate: Candidate, scale_shift: float, size_factor: float) -> Candidate:
    """A candidate whose prediction is corrected by what was measured on the same image."""
    ssim, low = (
        float(scale_to_ssim(ssim_to_scale(value) + scale_shift)) for value in (candidate.ssim, candidate.ssim_low)
    )
    return replace(candidate, ssim=ssim, ssim_low=low, bytes=max(1, round(candidate.bytes * size_factor)))
