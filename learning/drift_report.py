"""The report of input drift, as figures and as a self-contained HTML page."""

import base64
import io
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import jinja2
import numpy as np
from matplotlib.figure import Figure

from svgai.logo_types import LOGO_TYPES
from svgai.model_files.input_reference import TYPE
from svgai.outcomes.drift_watch import DriftWatch
from svgai.outcomes.input_drift import NOTABLE, WINDOW
from svgai.outcomes.quality_database import QualityDatabase
from svgai.whole_files import write_whole

_TEMPLATE = "drift_report.html.j2"
_MOST_PICTURES = 12


@dataclass(frozen=True)
class ChangedFeature:
    """
    One feature, TYPE or CONFIDENCE.

    Attributes:
        index: Population stability index of the latest window.
        certain: Whether the drift is significant, at any time.
        since: The number of images after which it first was.
    """

    name: str
    index: float
    certain: bool
    since: int | None


@dataclass(frozen=True)
class EstimatedAccuracy:
    """Estimated accuracy for images classified as a type, without labels; `reference` is that of held-out images."""

    type: str
    accuracy: float
    reference: float | None
    images: int


@dataclass(frozen=True)
class DriftFigures:
    """
    All of it.

    Attributes:
        images: Number of different images tested.
        features: Most changed first; empty before the first full window.
    """

    images: int
    window: int
    features: tuple[ChangedFeature, ...]
    accuracies: tuple[EstimatedAccuracy, ...]

    @property
    def drifted(self) -> tuple[str, ...]:
        return tuple(feature.name for feature in self.features if feature.certain)


def looked_through(watch: DriftWatch, database: QualityDatabase) -> DriftFigures:
    """
    Let the drift monitor read all new images, and return its results.

    Raises:
        QualityStoreFault: the database does not answer.
    """
    while watch.look(database):
        pass
    features = [
        ChangedFeature(name, found.index, found.certain, found.since) for name, found in watch.drift.found().items()
    ]
    accuracies = (EstimatedAccuracy(*one) for one in watch.accuracies())
    return DriftFigures(
        watch.drift.images,
        WINDOW,
        tuple(sorted(features, key=lambda one: (one.certain, one.index), reverse=True)),
        tuple(accuracies),
    )


def write_drift_report(watch: DriftWatch, figures: DriftFigures, path: Path) -> None:
    """
    Write the page.

    Raises:
        OSError: it cannot be written.
    """
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(__file__).parent), autoescape=True, undefined=jinja2.StrictUndefined
    )
    shown = [feature.name for feature in figures.features][:_MOST_PICTURES]
    page = environment.get_template(_TEMPLATE).render(
        made=datetime.now(UTC), figures=figures, notable=NOTABLE, picture=_picture(watch, shown) if shown else ""
    )
    write_whole(path, page)


def _picture(watch: DriftWatch, names: list[str]) -> str:
    """The reference and the latest window of some features beside each other, as a data URL."""
    live, columns = watch.drift.live_shares(), 3
    figure = Figure(figsize=(10, 2.1 * np.ceil(len(names) / columns)), layout="constrained")
    grid = figure.subplots(int(np.ceil(len(names) / columns)), columns, squeeze=False)
    for axes in grid.flat[len(names) :]:
        axes.set_visible(False)
    for axes, name in zip(grid.flat, names, strict=False):
        row, histogram = watch.drift.names.index(name), watch.drift.reference.histograms[name]
        places = np.arange(len(histogram.counts))
        axes.bar(places - 0.2, watch.drift.reference_shares[row, places], 0.4, color="#999999", label="learned from")
        axes.bar(places + 0.2, live[row, places], 0.4, color="#c2571a", label=f"latest {WINDOW}")
        labels = LOGO_TYPES if name == TYPE else [f"≤{edge:.3g}" for edge in histogram.edges] + ["more"]
        axes.set_xticks(places, labels, rotation=60, fontsize=6)
        axes.set_title(name, fontsize=9)
        axes.spines[["top", "right"]].set_visible(False)
    grid.flat[0].legend(frameon=False, fontsize=7)
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", dpi=110)
    return "data:image/png;base64," + base64.b64encode(buffer.getvalue()).decode()
