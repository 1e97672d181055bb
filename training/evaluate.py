"""
How good conversion is on a folder of images, each method side by side.

    default             VTracer's own defaults, as its own writer writes them
    default, our writer the same tracing through our writer: same path precision, fewer bytes
    single best         the one tracing of the portfolio that served its training images best
    ours                what convert answers
    oracle              the smallest of the whole portfolio that meets the target (else the closest)

All methods get the same target for an image: the one given, else that of the type the classifier names.
"""

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from functools import cache, partial
from pathlib import Path

import pandas as pd

from svgai.conversion import FIXED_TRACINGS, ConversionOptions, convert
from svgai.conversion_worker import ModelSource
from svgai.errors import DatasetFault, RenderingFailed, TracingFailed
from svgai.images import Pixels
from svgai.logo_types import LogoType
from svgai.models import Models
from svgai.quality import Quality, Reference
from svgai.settings import Settings
from svgai.tracing import trace
from svgai.tracing_parameters import TracingParameters
from svgai.vtracer_shapes import trace_with_defaults
from training.comparison_picture import write_comparison
from training.datasets import Sample, load_dataset
from training.progress import Progress
from training.selection import by_hash, of_brands
from training.side_by_side import measure

METHODS = ("default", "default, our writer", "single best", "ours", "oracle")

DEFAULT_TRACING = TracingParameters(
    upscale=1,
    colour_models="none",
    clustering="color-cluster",
    color_precision=6,
    layer_difference=16,
    filter_speckle=4,
    corner_threshold=60,
    simplify=0,
    path_precision=2,
)
"""VTracer's defaults, for our writer."""


@dataclass(frozen=True)
class Outcome:
    """One image by one method. `type` is the label where there is one, else empty."""

    image: str
    type: str
    predicted_type: str
    method: str
    target: float
    ssim: float
    edge_ssim: float
    delta_e: float
    bytes: int
    paths: int
    met: bool
    seconds: float
    trials: int


@dataclass(frozen=True)
class EvaluationOptions:
    """What to compare with. Without a target the type's own counts; without the oracle the portfolio is left out."""

    targets: dict[LogoType, float]
    max_delta_e: float
    target: float | None
    oracle: bool


@dataclass(frozen=True, eq=False)
class Evaluation:
    """The outcomes of all images, the files that could not be read or converted, and the images that could."""

    outcomes: pd.DataFrame
    skipped: tuple[tuple[str, str], ...]
    samples: tuple[Sample, ...]

    @property
    def accuracy(self) -> float | None:
        labelled = self._classified()
        return None if labelled.empty else float((labelled["type"] == labelled["predicted_type"]).mean())

    def recalls(self) -> dict[str, float]:
        """Share of each labelled type that the classifier named."""
        labelled = self._classified()
        right = labelled["type"] == labelled["predicted_type"]
        return {str(name): float(value) for name, value in right.groupby(labelled["type"]).mean().items()}

    def summary(self) -> pd.DataFrame:
        """Means by method: ssim, edge_ssim, delta_e, bytes, share that met the target, median seconds."""
        groups = self.outcomes.groupby("method")
        means = groups[["ssim", "edge_ssim", "delta_e", "bytes", "paths", "met", "trials"]].mean()
        means["median_bytes"] = groups["bytes"].median()
        means["median_seconds"] = groups["seconds"].median()
        return means.reindex([method for method in METHODS if method in means.index])

    def by_type(self) -> pd.DataFrame:
        """The same means by type (the label, else the predicted type) and method."""
        outcomes = self.outcomes
        kind = outcomes["type"].where(outcomes["type"] != "", outcomes["predicted_type"])
        return outcomes.groupby([kind.rename("type"), "method"])[["ssim", "delta_e", "bytes", "met"]].mean()

    def as_dict(self) -> dict[str, object]:
        """Everything, for JSON."""
        return {
            "images": int(self.outcomes["image"].nunique()),
            "accuracy": self.accuracy,
            "recalls": self.recalls(),
            "summary": self.summary().to_dict("index"),
            "by_type": [
                {"type": kind, "method": method, **values}
                for (kind, method), values in self.by_type().to_dict("index").items()
            ],
            "skipped": [list(entry) for entry in self.skipped],
            "outcomes": self.outcomes.to_dict("records"),
        }

    def _classified(self) -> pd.DataFrame:
        """One row for each image that has a label and was classified."""
        ours = self.outcomes[self.outcomes["method"] == "ours"]
        return ours[(ours["type"] != "") & (ours["predicted_type"] != "")]


def evaluate_folder(
    dataset: Path,
    labels: Path | None,
    limit: int,
    held_out: bool,
    size: int,
    target: float | None,
    settings: Settings,
    source: ModelSource | None,
    oracle: bool,
    jobs: int,
    progress: Progress,
) -> Evaluation:
    """
    Convert every image of a folder by every method, on all cores by default.

    `limit` images are chosen by the hash of their names, so that a larger limit adds to a smaller one; 0: all. With
    `held_out` only brands that tracing was not tuned on count.

    Raises:
        DatasetFault: the folder or the labels cannot be read, or no image could be converted.
        ModelFault: the models do not load.
    """
    found = load_dataset(dataset, labels, size, lambda done, total: progress("Reading images", done, total))
    samples = by_hash(of_brands(found.samples, held_out=held_out))[: limit or None]
    if not samples:
        raise DatasetFault(f"{dataset} holds no image of a held-out brand")
    if source:
        source.load()
    options = EvaluationOptions(settings.targets, settings.max_delta_e, target, oracle)
    measured = measure(samples, partial(evaluate_image, source=source, options=options), jobs, progress)
    return Evaluation(measured.outcomes, (*found.skipped, *measured.skipped), measured.samples)


def draw_comparison(
    samples: Sequence[Sample],
    target: float | None,
    settings: Settings,
    source: ModelSource | None,
    out: Path,
    progress: Progress,
) -> None:
    """Draw at most ten images beside VTracer's defaults and our SVG, and write the picture as PNG."""
    options = ConversionOptions(settings.targets, max_delta_e=settings.max_delta_e, target_quality=target)
    models = _models(source)
    images = [sample.rgba() for sample in samples[:10]]
    write_comparison(images, lambda rgba: convert(rgba, models, options).svg, out, progress)


@cache
def _models(source: ModelSource | None) -> Models | None:
    """The models, loaded once in each worker process."""
    return source.load() if source else None


def evaluate_image(sample: Sample, source: ModelSource | None, options: EvaluationOptions) -> list[Outcome]:
    """One image by every method."""
    models = _models(source)
    rgba = sample.rgba()
    began = time.perf_counter()
    ours = convert(
        rgba,
        models,
        ConversionOptions(options.targets, max_delta_e=options.max_delta_e, target_quality=options.target),
    )
    elapsed = time.perf_counter() - began
    reference = Reference(rgba)
    target = ours.target_quality

    def outcome(method: str, quality: Quality, seconds: float, trials: int = 1) -> Outcome:
        met = quality.meets(target, options.max_delta_e)
        kinds = (sample.kind or "", ours.logo_type or "")
        return Outcome(sample.name, *kinds, method, target, **asdict(quality), met=met, seconds=seconds, trials=trials)

    def timed(make: Callable[[], str]) -> tuple[Quality, float]:
        start = time.perf_counter()
        svg = make()
        seconds = time.perf_counter() - start
        return reference.measure(svg), seconds

    portfolio = models.optimizer.portfolio if models else FIXED_TRACINGS
    rows = [
        outcome("default", *timed(lambda: trace_with_defaults(rgba))),
        outcome("default, our writer", *timed(lambda: trace(rgba, DEFAULT_TRACING))),
        outcome("single best", *timed(lambda: trace(rgba, portfolio[0]))),
        outcome("ours", ours.quality, elapsed, ours.trials),
    ]
    if options.oracle:
        start = time.perf_counter()
        qualities = list(_qualities(rgba, reference, portfolio))
        met = [quality for quality in qualities if quality.meets(target, options.max_delta_e)]
        best = min(met, key=lambda q: q.bytes) if met else max(qualities, key=lambda q: q.ssim)
        rows.append(outcome("oracle", best, time.perf_counter() - start, len(portfolio)))
    return rows


def _qualities(rgba: Pixels, reference: Reference, portfolio: Sequence[TracingParameters]) -> Iterable[Quality]:
    for parameters in portfolio:
        try:
            yield reference.measure(trace(rgba, parameters))
        except (TracingFailed, RenderingFailed):
            continue
