"""Simulated experiments, looked at after every 100 conversions; each has a seed."""

import numpy as np
import pytest

from learning.experiments.metrics import (
    ATTAINMENT,
    BYTES,
    LOOK_EVERY,
    METRICS,
    RATING,
    SECONDS,
    WORST,
    Metric,
    Observations,
    certainly_better,
    certainly_worse,
    looks_at,
    sequence_of,
)
from svgai.array_types import Flags

RUNS = 1000
ATTAINED = 0.93
GUARDRAILS = (ATTAINMENT, WORST, SECONDS)


def test_looks_are_a_hundred_items_apart() -> None:
    """One looks after every hundred items, and not before there are so many."""
    assert looks_at(99).tolist() == []
    assert looks_at(350).tolist() == [100, 200, 300]
    assert LOOK_EVERY == 100


@pytest.mark.slow
def test_pairs_of_equal_arms_are_no_alarm() -> None:
    """Of 1,000 experiments of 5,000 pairs that have equal arms at most one in twenty ends in any decision."""
    seen = _pairs(5000)

    assert 0 < _decided(seen).mean() <= 0.05


@pytest.mark.slow
@pytest.mark.parametrize("share", [0.1, 0.5])
def test_samples_of_equal_arms_are_no_alarm(share: float) -> None:
    """Of 1,000 experiments of 5,000 conversions that have equal arms at most one in twenty ends in any decision."""
    seen = _samples(5000, share)

    assert _decided(seen).mean() <= 0.05


@pytest.mark.slow
def test_fewer_bytes_are_found() -> None:
    """Three per cent fewer bytes are found within 5,000 pairs by four experiments in five."""
    seen = _pairs(5000, bytes_effect=np.log(0.97))

    found = certainly_better(BYTES, sequence_of(BYTES, seen)).any(axis=-1)

    assert found.mean() >= 0.8


def test_a_broken_guardrail_is_found() -> None:
    """Ten points less attainment are found within 300 pairs by nine experiments in ten."""
    seen = _pairs(300, attainment_loss=0.1)

    assert _worse(ATTAINMENT, seen).mean() >= 0.9


def test_a_broken_guardrail_is_found_without_pairs() -> None:
    """Ten points less attainment are found within 300 of the challenger's conversions by a tenth of traffic, too."""
    seen = _samples(3000, 0.1, attainment_loss=0.1)

    assert _worse(ATTAINMENT, seen).mean() >= 0.85


@pytest.mark.slow
@pytest.mark.parametrize("metric", GUARDRAILS, ids=lambda metric: metric.name)
def test_a_guardrail_allows_its_tolerance(metric: Metric) -> None:
    """Of challengers that are worse by just what is tolerated at most one in twenty breaks a guardrail."""
    seen = _pairs(5000)
    tolerance = metric.tolerance or 0.0
    if metric is ATTAINMENT:
        seen = _pairs(5000, attainment_loss=tolerance)
    else:
        seen.values[metric] -= metric.better * tolerance

    assert _worse(metric, seen).mean() <= 0.05


def test_less_is_better_for_bytes_and_seconds() -> None:
    """A challenger that needs fewer bytes is better; one whose worst place is poorer, or that is slower, is worse."""
    spread = np.random.default_rng(0).normal(size=1000) * 0.01
    seen = Observations({BYTES: spread - 1, ATTAINMENT: spread, WORST: spread - 1, SECONDS: spread + 1, RATING: spread})

    better = [metric.name for metric in METRICS if certainly_better(metric, sequence_of(metric, seen)).all()]
    worse = [metric.name for metric in METRICS if certainly_worse(metric, sequence_of(metric, seen)).all()]

    assert (better, worse) == (["bytes"], ["worst", "seconds"])


def _decided(seen: Observations) -> Flags:
    """Whether the arms would be told apart by their bytes, or a guardrail broken, at any look."""
    bytes_alone = sequence_of(BYTES, seen)
    told_apart = certainly_better(BYTES, bytes_alone) | certainly_worse(BYTES, bytes_alone)
    ends = [told_apart.any(axis=-1), *(_worse(metric, seen) for metric in GUARDRAILS)]
    decided: Flags = np.logical_or.reduce(ends)
    return decided


def _worse(metric: Metric, seen: Observations) -> Flags:
    found: Flags = np.logical_or.reduce(certainly_worse(metric, sequence_of(metric, seen)), axis=-1)
    return found


def _pairs(items: int, *, bytes_effect: float = 0.0, attainment_loss: float = 0.0) -> Observations:
    """
    Pairs of which two in five have the same tracing; the others' bytes differ by half a logarithm (Laplace).

    So do answers that one arm alone attains: four in a hundred, beside those that the challenger loses.
    """
    rng = np.random.default_rng(7)
    shape = (RUNS, items)
    other = rng.random(shape, np.float32) >= 0.4
    by_champion = rng.random(shape, np.float32) < ATTAINED
    kept, gained = 1 - (0.02 + attainment_loss) / ATTAINED, 0.02 / (1 - ATTAINED)
    by_challenger = rng.random(shape, np.float32) < np.where(by_champion, kept, gained)
    return Observations(
        {
            BYTES: rng.laplace(0, 0.35, shape) * other + bytes_effect,
            ATTAINMENT: by_challenger.astype(float) - by_champion,
            WORST: rng.laplace(0, 0.03, shape) * other,
            SECONDS: rng.laplace(0, 0.2, shape),
            RATING: np.full(shape, np.nan),
        }
    )


def _samples(items: int, share: float, *, attainment_loss: float = 0.0) -> Observations:
    """Conversions of either arm: bytes over three orders of magnitude, one in twenty rated."""
    rng = np.random.default_rng(11)
    shape = (RUNS, items)
    of_challenger = rng.random(shape, np.float32) < share
    attained = rng.random(shape, np.float32) < np.where(of_challenger, ATTAINED - attainment_loss, ATTAINED)
    rated = rng.random(shape, np.float32) < 0.05
    return Observations(
        {
            BYTES: rng.standard_normal(shape) + 6.8,
            ATTAINMENT: attained.astype(float),
            WORST: 1 - rng.exponential(0.1, shape),
            SECONDS: rng.standard_normal(shape) * 0.8,
            RATING: np.where(rated, rng.integers(1, 6, shape), np.nan),
        },
        of_challenger,
        share,
    )
