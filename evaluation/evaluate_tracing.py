"""
Compares tracing with one fixed setting against flat fills of the same size, on labelled images.

    default     VTracer's own defaults, as its own writer writes them
    flat fills  for each type the setting of FLAT_FILLS with the highest ssim in no more bytes than ours
    ours        the defaults of TracingParameters for every image: no model, no target, no second trial

Flat fills are chosen on the same images that are reported; our settings are the same for all types.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, replace
from functools import partial
from pathlib import Path

from evaluation.methods.flat_fills import FLAT_FILLS
from evaluation.report.comparison_picture import Pictured, write_comparison
from evaluation.report.tracing_figures import TracingEvaluation, TracingOutcome
from evaluation.side_by_side import measure
from svgai.array_types import Pixels
from svgai.errors import DatasetFault
from svgai.logo_types import LogoType
from svgai.measure.tiled_reference import reference_of
from svgai.trace.parameters import TracingParameters
from svgai.trace.tracer import trace
from svgai.trace.vtracer.shapes import trace_with_defaults
from training.data.datasets import Sample, load_dataset
from training.data.progress import Progress
from training.data.selection import first_of_each_type, of_brands

OURS = TracingParameters()

PICTURED: dict[LogoType, int] = {"simple": 3, "text": 2, "gradient": 3, "complex": 2}
"""Images of each type in the picture."""


def evaluate_tracings(
    dataset: Path,
    labels: Path | None,
    per_type: int,
    size: int,
    held_out: bool,
    transparent: bool,
    jobs: int,
    progress: Progress,
) -> TracingEvaluation:
    """
    Trace at most `per_type` images of each type by every method; 0 takes all.

    With `held_out` only brands that tracing was not tuned on are used. Images are composited on white unless
    `transparent`.

    Raises:
        DatasetFault: the folder or the labels cannot be read, no image has a type, or none could be traced.
    """
    found = load_dataset(dataset, labels, size, lambda done, total: progress("Reading images", done, total))
    samples = first_of_each_type(of_brands(found.samples, held_out=held_out), per_type)
    if not samples:
        which = "image of a held-out brand" if held_out else "image"
        raise DatasetFault(f"{dataset} holds no {which} that has a type: list types in a file of labels")
    measured = measure(samples, partial(_by_every_method, transparent=transparent), jobs, progress)
    skipped = (*found.skipped, *measured.skipped)
    return TracingEvaluation(measured.outcomes, OURS, FLAT_FILLS, skipped, measured.samples)


def draw_tracings(samples: Sequence[Sample], transparent: bool, out: Path, progress: Progress) -> None:
    """Draw the first images of each type, ten in all, beside VTracer's defaults and ours, and write them as PNG."""
    chosen = [
        sample for kind, count in PICTURED.items() for sample in [one for one in samples if one.kind == kind][:count]
    ]
    images = [Pictured(_pixels(sample, transparent)) for sample in chosen]
    write_comparison(images, lambda rgba: trace(rgba, OURS), out, progress)


def _by_every_method(sample: Sample, transparent: bool) -> list[TracingOutcome]:
    """One labelled image by VTracer's defaults, by every setting of flat fills, and by ours."""
    rgba = _pixels(sample, transparent)
    reference = reference_of(rgba)

    def outcome(method: str, make: Callable[[], str], setting: str = "") -> TracingOutcome:
        start = time.perf_counter()
        svg = make()
        seconds = time.perf_counter() - start
        return TracingOutcome(
            sample.name, sample.kind or "", method, setting, **asdict(reference.measure(svg)), seconds=seconds
        )

    # Ours last: the first tracing of a process includes one-time initialization.
    return [
        outcome("default", lambda: trace_with_defaults(rgba)),
        *(outcome("flat fills", partial(trace, rgba, parameters), name) for name, parameters in FLAT_FILLS.items()),
        outcome("ours", lambda: trace(rgba, OURS)),
    ]


def _pixels(sample: Sample, transparent: bool) -> Pixels:
    return replace(sample, on_white=not transparent).rgba()
