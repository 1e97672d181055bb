"""Images by several methods at once."""

from dataclasses import dataclass
from functools import partial

import pytest

from evaluation.side_by_side import measure
from svgai.errors import DatasetFault, TracingFailed
from training.data.datasets import Sample

SAMPLES = [Sample(name, None, name, name.encode()) for name in ("one", "two", "three")]


@dataclass(frozen=True)
class Outcome:
    """What a method gave."""

    image: str
    method: str


def by_two_methods(sample: Sample, failing: tuple[str, ...]) -> list[Outcome]:
    """Two outcomes, or the fault of the second."""
    if sample.name in failing:
        raise TracingFailed("no way")
    return [Outcome(sample.name, "a"), Outcome(sample.name, "b")]


def quiet(_stage: str, _done: int, _total: int) -> None:
    """Progress that nobody watches."""


@pytest.mark.parametrize("jobs", [1, 2])
def test_an_image_that_fails_stays_out_for_all_methods(jobs: int) -> None:
    """Its reason is told, the others keep their order, however many processes there are."""
    found = measure(SAMPLES, partial(by_two_methods, failing=("two",)), jobs, quiet)
    assert found.outcomes.to_dict("list") == {"image": ["one", "one", "three", "three"], "method": ["a", "b"] * 2}
    assert [sample.name for sample in found.samples] == ["one", "three"]
    assert found.skipped == (("two", "no way"),)


def test_progress_counts_every_image() -> None:
    """Those that fail, too."""
    seen: list[tuple[int, int]] = []
    measure(
        SAMPLES, partial(by_two_methods, failing=("one",)), 1, lambda _stage, done, total: seen.append((done, total))
    )
    assert seen == [(1, 3), (2, 3), (3, 3)]


def test_no_image_at_all_is_a_fault() -> None:
    """Nothing to show is told as such."""
    with pytest.raises(DatasetFault, match="not one of the images"):
        measure(SAMPLES, partial(by_two_methods, failing=("one", "two", "three")), 1, quiet)
