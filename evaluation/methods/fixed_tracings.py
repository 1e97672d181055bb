"""The strongest baselines without per-image choice: the single tracing of least cost on the training images."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from svgai.choose.trial_selection import MISSED
from svgai.errors import DatasetFault
from svgai.logo_types import LOGO_TYPES, LogoType
from svgai.trace.parameters import TracingParameters
from training.search.tracing_table import read_table, tracing_of, wholly_measured

Targets = Mapping[LogoType, float]
"""The target ssim of each type."""


@dataclass(frozen=True)
class FixedTracings:
    """The best tracings for the training images at a target: one for all, and one for each type."""

    single: TracingParameters
    by_type: Mapping[LogoType, TracingParameters]

    def of(self, kind: LogoType | None) -> TracingParameters:
        """The tracing for a type; for an unknown type, the one for all."""
        return self.by_type[kind] if kind else self.single


def read_training_table(path: Path) -> pd.DataFrame:
    """
    The columns of a table of measured tracings that determine the cost.

    Raises:
        DatasetFault: there is no such table, or it is none.
    """
    return read_table(path, ("image", "kind", "tracing", "ssim", "worst", "delta_e", "bytes"))


def fixed_tracings(table: pd.DataFrame, targets: Targets, min_worst: float, max_delta_e: float) -> FixedTracings:
    """
    Choose by the mean cost over the training images of `table`: image, kind, tracing (its JSON), ssim, worst, delta_e,
    bytes.

    The cost of an image is ln(bytes) if the tracing meets the target, else that of the image's best tracing plus
    MISSED. Images that no tracing brings to the target, or that not all tracings were measured on, are left out. A type
    without an image gets the tracing for all.

    Raises:
        DatasetFault: no tracing brings any image to the target, or the tracings are of another version.
    """
    table = table[wholly_measured(table)]
    wanted = table["kind"].map(dict(targets))
    met = (table["ssim"] >= wanted) & (table["delta_e"] <= max_delta_e)
    if min_worst:
        met &= table["worst"] >= min_worst
    priced = table.assign(cost=np.log(table["bytes"]).where(met))
    # A tracing that failed on an image has no row there: it counts as a miss.
    costs = priced.pivot_table(index="image", columns="tracing", values="cost", dropna=False).astype("float64")
    best = costs.min(axis=1)
    costs = costs[best.notna()]
    if costs.empty:
        raise DatasetFault("no tracing of the table of measured tracings reaches the target on any image")
    costs = costs.T.fillna(best[costs.index] + MISSED).T
    kinds = table.drop_duplicates("image").set_index("image")["kind"].reindex(costs.index)
    single = costs.mean().idxmin()
    own = {kind: costs[kinds == kind].mean().idxmin() for kind in LOGO_TYPES if (kinds == kind).any()}
    return FixedTracings(tracing_of(single), {kind: tracing_of(own.get(kind, single)) for kind in LOGO_TYPES})
