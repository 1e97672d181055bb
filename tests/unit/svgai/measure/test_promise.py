"""What an SVG has to reach, and how far one is from it that does not."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from svgai.measure.promise import Promise
from svgai.measure.quality import Quality

PROMISE = Promise(target=0.9, min_worst=0.8, max_delta_e=3.0, max_bytes=1000)
KEPT = Quality(ssim=0.9, worst=0.8, edge_ssim=0.5, delta_e=3.0, bytes=1000, paths=1)
qualities = st.builds(
    Quality,
    ssim=st.floats(-1, 1),
    worst=st.floats(-1, 1),
    edge_ssim=st.just(0.5),
    delta_e=st.floats(0, 200),
    bytes=st.integers(50, 20_000),
    paths=st.just(1),
)
promises = st.builds(Promise, st.floats(0, 1), st.floats(0, 1), st.floats(0.01, 10), st.none() | st.integers(1, 20_000))


def test_all_limits_are_inclusive() -> None:
    """What lies exactly at each of them keeps the promise."""
    assert PROMISE.met(KEPT)
    assert PROMISE.missed(KEPT) == ()
    assert PROMISE.shortfall(KEPT) == 0


@pytest.mark.parametrize("measure, value", [("ssim", 0.8999), ("worst", 0.7999), ("delta_e", 3.0001), ("bytes", 1001)])
def test_each_measure_alone_breaks_the_promise(measure: str, value: float) -> None:
    """And is named; what is perfect otherwise makes up for nothing."""
    perfect: dict[str, Any] = {"ssim": 1, "worst": 1, "edge_ssim": 1, "delta_e": 0, "bytes": 10, "paths": 1}
    short = Quality(**perfect | {measure: value})
    assert PROMISE.missed(short) == (measure,)
    assert not PROMISE.met(short)


def test_what_is_missed_is_told_in_one_order() -> None:
    """However far each is off."""
    assert PROMISE.missed(Quality(0.1, 0.7, 0.1, 90, 2000, 1)) == ("ssim", "worst", "delta_e", "bytes")


def test_without_a_limit_every_size_fits() -> None:
    """Megabytes, too."""
    assert replace(PROMISE, max_bytes=None).met(replace(KEPT, bytes=10**7))


@given(qualities, promises)
def test_a_worst_of_nought_is_no_limit(quality: Quality, promise: Promise) -> None:
    """It is not missed where it is negative, and not counted in the shortfall."""
    free = replace(promise, min_worst=0)
    assert "worst" not in free.missed(quality)
    assert free.shortfall(quality) == free.shortfall(replace(quality, worst=1))


@given(qualities, promises)
def test_nothing_is_missed_exactly_where_the_promise_is_kept(quality: Quality, promise: Promise) -> None:
    """A kept promise has no shortfall, and one that is missed by more than a rounding has."""
    missed = promise.missed(quality)
    assert promise.met(quality) == (missed == ())
    assert ("bytes" in missed) != promise.fits(quality)
    if not set(missed) - {"bytes"}:
        assert promise.shortfall(quality) == 0
    margin = (promise.target - quality.ssim, quality.delta_e - promise.max_delta_e)
    lost = promise.min_worst - quality.worst if promise.min_worst else 0
    if max(*margin, lost) > 1e-6:
        assert promise.shortfall(quality) > 0


@given(qualities, promises, st.sampled_from(["ssim", "worst", "delta_e"]), st.floats(0, 1))
def test_no_measure_that_gets_better_moves_away_from_the_promise(
    quality: Quality, promise: Promise, measure: str, share: float
) -> None:
    """The shortfall never grows with a better measure, and size does not count in it."""
    value = getattr(quality, measure)
    best = 0.0 if measure == "delta_e" else 1.0
    changes: dict[str, Any] = {measure: value + share * (best - value)}
    better = replace(quality, **changes)
    assert promise.shortfall(better) <= promise.shortfall(quality) + 1e-9
    assert promise.shortfall(replace(quality, bytes=1)) == promise.shortfall(quality)


def test_a_lost_letter_is_further_off_than_a_mean_just_below() -> None:
    """What an eye sees decides which of two that fall short is nearer."""
    torn = Quality(ssim=0.985, worst=0.1, edge_ssim=0.5, delta_e=0.2, bytes=500, paths=1)
    soft = Quality(ssim=0.89, worst=0.78, edge_ssim=0.5, delta_e=0.5, bytes=900, paths=1)
    assert PROMISE.shortfall(soft) < PROMISE.shortfall(torn)
