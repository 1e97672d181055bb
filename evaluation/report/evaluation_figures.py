"""
Figures of an evaluation: each method's quality, its cost, and its share of the possible gain.

The cost of an image is ln(bytes) if the target is met; a miss costs as much as the oracle plus MISSED. Costs are
averaged over the images that the oracle brings to the target. Gap closed is the share of the gap between the single
best tracing and the oracle, in mean cost: 0 is no better than one fixed tracing, 1 as good as knowing the best of the
portfolio.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from evaluation.methods.all_methods import METHODS
from evaluation.report.brand_bootstrap import Interval, Resamples, divided, interval
from evaluation.report.judge_figures import judge_figures
from svgai.array_types import Labels
from svgai.choose.trial_selection import MISSED
from svgai.describe.classifier import Probabilities
from svgai.logo_types import LOGO_TYPES
from training.data.datasets import Sample
from training.fit.classifier.classifier_metrics import classifier_metrics


@dataclass(frozen=True, eq=False)
class Evaluation:
    """The outcomes of all images, the files that could not be read or converted, and the images that were."""

    outcomes: pd.DataFrame
    skipped: tuple[tuple[str, str], ...]
    samples: tuple[Sample, ...]

    def summary(self) -> pd.DataFrame:
        """The figures of `method_figures` by target and method."""
        return _grouped(self.outcomes, ["asked"])

    def by_type(self) -> pd.DataFrame:
        """The same by target, type (the label, else the predicted type) and method."""
        kind = self.outcomes["type"].where(self.outcomes["type"] != "", self.outcomes["predicted_type"])
        return _grouped(self.outcomes.assign(type=kind), ["asked", "type"])

    def judge(self) -> pd.DataFrame:
        """The figures of `judge_figures`: the judge's metrics, by target, images and method."""
        return judge_figures(self.outcomes)

    def classified(self) -> tuple[Probabilities, Labels] | None:
        """Probabilities (n, 4) and labels (n,) of the classified images with a label."""
        images = self.outcomes.drop_duplicates("image")
        images = images[(images["type"] != "") & (images["predicted_type"] != "")]
        if images.empty:
            return None
        labels = np.array([LOGO_TYPES.index(kind) for kind in images["type"]], np.int64)
        return np.array(images["probabilities"].tolist(), np.float32), labels

    def classifier(self) -> dict[str, float]:
        """Accuracy, loss, calibration error, and the recall of each type that occurs; empty without labels."""
        known = self.classified()
        if known is None:
            return {}
        there = {f"recall_{LOGO_TYPES[label]}" for label in known[1]}
        figures = classifier_metrics(*known)
        return {name: value for name, value in figures.items() if not name.startswith("recall_") or name in there}

    def equal_bytes(self) -> dict[str, float]:
        """
        Mean ssim of VTracer's defaults, and of ours in no more bytes, over the images where one of ours is that small.

        Of ours, the SVG of the highest ssim among all targets is used.
        """
        default = self.outcomes[self.outcomes["method"] == "default"].drop_duplicates("image").set_index("image")
        ours = self.outcomes[self.outcomes["method"] == "ours"]
        small = ours[ours["bytes"].to_numpy() <= default["bytes"].reindex(ours["image"]).to_numpy()]
        best = small.groupby("image")["ssim"].max()
        if best.empty:
            return {"images": 0}
        resamples = Resamples.of(default.loc[best.index, "brand"].tolist())
        theirs = default.loc[best.index, "ssim"]
        gain = interval(resamples.mean((best - theirs).to_numpy(np.float64)))
        figures = {"images": len(best), "default_ssim": float(theirs.mean()), "ssim": float(best.mean())}
        return figures | _flat({"gain": gain})

    def as_dict(self) -> dict[str, object]:
        """Everything, for JSON."""
        return {
            "images": int(self.outcomes["image"].nunique()),
            "summary": _records(self.summary()),
            "by_type": _records(self.by_type()),
            "judge": _records(self.judge()),
            "equal_bytes": self.equal_bytes(),
            "classifier": self.classifier(),
            "skipped": [list(entry) for entry in self.skipped],
            "outcomes": _records(self.outcomes.set_index("image")),
        }


def method_figures(outcomes: pd.DataFrame) -> pd.DataFrame:
    """
    Figures of the methods on the outcomes of one target, all methods on the same images.

    Columns, those with an interval also with `_low` and `_high`: images; attainment (share that meets the target);
    reachable_attainment (among the images that the oracle brings there); ssim, worst and delta_e (means); bytes (mean);
    geometric_bytes; bytes_share (geometric mean of bytes over those of VTracer's defaults, on the both_met images where
    both meet the target); gap_closed; cost_bytes (e to the mean cost); regret (mean cost above the oracle's);
    median_seconds; p95_seconds; trials (mean). Figures that need the oracle are NaN without it.
    """
    methods = [method for method in METHODS if (outcomes["method"] == method).any()]
    images = outcomes.drop_duplicates("image").sort_values("image")
    resamples = Resamples.of(images["brand"].tolist())
    wide = outcomes.pivot_table(index="image", columns="method", values=_MEASURED, aggfunc="first").astype("float64")
    log_bytes = np.log(wide["bytes"])
    met = wide["met"] > 0
    has_oracle = "oracle" in methods
    reachable = met["oracle"].to_numpy() if has_oracle else np.zeros(len(images), np.bool_)
    least = log_bytes["oracle"] if has_oracle else pd.Series(np.nan, log_bytes.index)
    costs = {method: log_bytes[method].where(met[method], least + MISSED).to_numpy() for method in methods}
    mean_costs = {method: resamples.mean(cost, reachable) for method, cost in costs.items()}
    nothing = np.full(len(resamples.weights), np.nan)
    best, fixed = mean_costs.get("oracle", nothing), mean_costs.get("single best", nothing)
    rows = {}
    for method in methods:
        both = (met[method] & met["default"]).to_numpy() if "default" in methods else np.zeros(len(images), np.bool_)
        share = (log_bytes[method] - log_bytes["default"]).to_numpy() if both.any() else np.zeros(len(images))
        own = wide.xs(method, axis=1, level="method")
        figures = {
            "attainment": resamples.mean(own["met"].to_numpy()),
            "reachable_attainment": resamples.mean(own["met"].to_numpy(), reachable),
            "ssim": resamples.mean(own["ssim"].to_numpy()),
            "worst": resamples.mean(own["worst"].to_numpy()),
            "delta_e": resamples.mean(own["delta_e"].to_numpy()),
            "bytes": resamples.mean(own["bytes"].to_numpy()),
            "geometric_bytes": np.exp(resamples.mean(log_bytes[method].to_numpy())),
            "bytes_share": np.exp(resamples.mean(share, both)),
            "gap_closed": divided(fixed - mean_costs[method], fixed - best),
            "cost_bytes": np.exp(mean_costs[method]),
            "regret": mean_costs[method] - best,
        }
        rows[method] = {
            "images": len(images),
            **_flat({name: interval(values) for name, values in figures.items()}),
            "both_met": int(both.sum()),
            "median_seconds": float(own["seconds"].median()),
            "p95_seconds": float(own["seconds"].quantile(0.95)),
            "trials": float(own["trials"].mean()),
        }
    return pd.DataFrame.from_dict(rows, "index").rename_axis("method")


_MEASURED = ["met", "ssim", "worst", "delta_e", "bytes", "seconds", "trials"]


def _grouped(outcomes: pd.DataFrame, by: Sequence[str]) -> pd.DataFrame:
    """The figures of each group; targets in the order requested, types in that of LOGO_TYPES."""
    orders = {"asked": list(outcomes["asked"].unique()), "type": [*LOGO_TYPES, ""]}
    ordered = {name: pd.Categorical(outcomes[name], orders[name]) for name in by}
    groups = outcomes.assign(**ordered).groupby(list(by), observed=True)
    return pd.concat({key: method_figures(rows) for key, rows in groups}, names=list(by))


def _flat(figures: dict[str, Interval]) -> dict[str, float]:
    return {
        f"{name}{end}": value
        for name, figure in figures.items()
        for end, value in (("", figure.value), ("_low", figure.low), ("_high", figure.high))
    }


def _records(table: pd.DataFrame) -> list[dict[str, object]]:
    """Rows for JSON, which has no NaN: missing values are left out."""
    records = table.reset_index().to_dict("records")
    return [{str(name): value for name, value in row.items() if not _is_nan(value)} for row in records]


def _is_nan(value: object) -> bool:
    return isinstance(value, float) and math.isnan(value)
