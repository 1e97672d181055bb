"""Measures many images by several methods, on all cores; an image that one method fails on is excluded for all."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import pandas as pd
from joblib import Parallel, delayed

from svgai.errors import DatasetFault, RenderingFailed, TracingFailed
from training.data.datasets import Sample
from training.data.progress import Progress


@dataclass(frozen=True, eq=False)
class SideBySide:
    """One row for each outcome; the images that every method completed; the others with the reason."""

    outcomes: pd.DataFrame
    samples: tuple[Sample, ...]
    skipped: tuple[tuple[str, str], ...]


def one_by_one(
    samples: Sequence[Sample], by_every_method: Callable[[Sample], Sequence[Any]], jobs: int
) -> Iterator[tuple[Sample, list[Any] | str]]:
    """Each image, in order, with its outcomes as soon as they are available, or with the reason for having none."""
    work = Parallel(jobs, return_as="generator")(delayed(_outcomes_or_reason)(by_every_method, one) for one in samples)
    yield from zip(samples, work, strict=True)


def measure(
    samples: Sequence[Sample], by_every_method: Callable[[Sample], Sequence[Any]], jobs: int, progress: Progress
) -> SideBySide:
    """
    Measure images; `by_every_method` gives the outcomes of one, dataclasses of one kind, and can be pickled.

    Raises:
        DatasetFault: no image could be processed by every method.
    """
    outcomes: list[Any] = []
    done: list[Sample] = []
    skipped: list[tuple[str, str]] = []
    for count, (sample, found) in enumerate(one_by_one(samples, by_every_method, jobs), start=1):
        if isinstance(found, str):
            skipped.append((sample.name, found))
        else:
            outcomes.extend(found)
            done.append(sample)
        progress("Measuring every method", count, len(samples))
    if not outcomes:
        raise DatasetFault("not one of the images could be done by every method")
    return SideBySide(pd.DataFrame([asdict(outcome) for outcome in outcomes]), tuple(done), tuple(skipped))


def _outcomes_or_reason(by_every_method: Callable[[Sample], Sequence[Any]], sample: Sample) -> list[Any] | str:
    try:
        return list(by_every_method(sample))
    except (TracingFailed, RenderingFailed) as fault:
        return fault.message
