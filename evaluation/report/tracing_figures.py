"""Figures of tracing by type: the results of each method, the flat fills compared with ours, and the goals."""

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from svgai.logo_types import LOGO_TYPES, LogoType
from svgai.trace.parameters import TracingParameters
from training.data.datasets import Sample

METHODS = ("default", "flat fills", "ours")


@dataclass(frozen=True)
class Goal:
    """Goals for the means of a type: minimum ssim, maximum delta_e, maximum kB (1000 bytes)."""

    ssim: float
    delta_e: float
    kb: float


GOALS: dict[LogoType, Goal] = {
    "simple": Goal(0.975, 1.0, 6),
    "text": Goal(0.95, 2.0, 7),
    "gradient": Goal(0.98, 1.0, 8),
    "complex": Goal(0.94, 1.8, 20),
}


@dataclass(frozen=True)
class TracingOutcome:
    """One image by one method; `setting` is the name of the flat fills and empty for other methods."""

    image: str
    type: str
    method: str
    setting: str
    ssim: float
    worst: float
    edge_ssim: float
    delta_e: float
    bytes: int
    paths: int
    seconds: float


@dataclass(frozen=True, eq=False)
class TracingEvaluation:
    """
    The measurements.

    Attributes:
        outcomes: A row for each image, method and setting of flat fills, as in TracingOutcome.
        ours: The one setting that is compared.
        flat_fills: The settings of flat fills by name.
        skipped: File or image, and the reason.
        samples: The images that every method could trace.
    """

    outcomes: pd.DataFrame
    ours: TracingParameters
    flat_fills: Mapping[str, TracingParameters]
    skipped: tuple[tuple[str, str], ...]
    samples: tuple[Sample, ...]

    def settings(self) -> pd.DataFrame:
        """Means by type and setting of flat fills, and whether the setting represents the type."""
        flat = self.outcomes[self.outcomes["method"] == "flat fills"]
        means = flat.groupby(["type", "setting"], sort=False)[["ssim", "delta_e", "bytes"]].mean()
        ours = self.outcomes[self.outcomes["method"] == "ours"].groupby("type")["bytes"].mean()
        best = [_best(means.loc[[kind]], ours[kind]) for kind in ours.index]
        return means.assign(chosen=means.index.isin(best))

    def chosen(self) -> dict[str, str]:
        """By type, the name of the flat fills that ours are compared with."""
        settings = self.settings()
        return dict(settings.index[settings["chosen"]])

    def compared(self) -> pd.DataFrame:
        """The outcomes without the flat fills that were not chosen."""
        own = self.outcomes["type"].map(self.chosen()) == self.outcomes["setting"]
        return self.outcomes[own | (self.outcomes["setting"] == "")]

    def summary(self) -> pd.DataFrame:
        """By type and method: means, median bytes, and the median and 95th percentile of milliseconds."""
        groups = self.compared().groupby(["type", "method"])
        table = groups.size().to_frame("images").join(groups[["ssim", "worst", "edge_ssim", "delta_e"]].mean())
        table["kb"] = groups["bytes"].mean() / 1000
        table["median_bytes"] = groups["bytes"].median().round().astype(int)
        table["paths"] = groups["paths"].mean()
        table["median_ms"] = groups["seconds"].median() * 1000
        table["p95_ms"] = groups["seconds"].quantile(0.95) * 1000
        rows = [(kind, method) for kind in LOGO_TYPES for method in METHODS]
        return table.loc[[row for row in rows if row in table.index]]

    def goals(self) -> pd.DataFrame:
        """By type: the means of ours, each beside its goal, and whether all are met."""
        ours = self.summary().xs("ours", level="method")
        goals = pd.DataFrame.from_dict(GOALS, "index").loc[ours.index]
        met = (ours["ssim"] >= goals["ssim"]) & (ours["delta_e"] <= goals["delta_e"]) & (ours["kb"] <= goals["kb"])
        table = ours[list(goals)].join(goals.add_suffix("_goal"))
        return table[[f"{name}{end}" for name in goals for end in ("", "_goal")]].assign(met=met)

    def as_dict(self) -> dict[str, object]:
        """Everything, for JSON."""
        return {
            "images": len(self.samples),
            "ours": self.ours.model_dump(),
            "flat_fills": {
                kind: {"setting": name, "parameters": self.flat_fills[name].model_dump()}
                for kind, name in self.chosen().items()
            },
            "summary": self.summary().reset_index().to_dict("records"),
            "goals": self.goals().reset_index().to_dict("records"),
            "settings": self.settings().reset_index().to_dict("records"),
            "skipped": [list(entry) for entry in self.skipped],
            "outcomes": self.compared().to_dict("records"),
        }


def _best(means: pd.DataFrame, most_bytes: float) -> tuple[str, str]:
    """The highest ssim in no more bytes; where no setting is that small, the smallest."""
    small = means[means["bytes"] <= most_bytes]
    found: tuple[str, str] = means["bytes"].idxmin() if small.empty else small["ssim"].idxmax()
    return found
