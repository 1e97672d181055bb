"""Rates over time, and the pacing of one user."""

import statistics
from random import Random

import pytest

from loadtests.objectives.stages import (
    Pacing,
    Stage,
    mean_rate,
    parse_duration,
    parse_stages,
    peak,
    rate_at,
    steady,
    total_seconds,
    written,
)


@pytest.mark.parametrize("text,seconds", [("90s", 90), ("5m", 300), ("1h30m", 5400), ("0.5s", 0.5), (" 2h ", 7200)])
def test_durations_are_read(text: str, seconds: float) -> None:
    """Hours, minutes, seconds, or several of them."""
    assert parse_duration(text) == seconds


@pytest.mark.parametrize("text", ["", "90", "s", "0s", "-5s", "5x", "30s5m"])
def test_other_texts_are_no_durations(text: str) -> None:
    """A number without a unit neither."""
    with pytest.raises(ValueError, match="is not a duration"):
        parse_duration(text)


def test_stages_are_read_and_written() -> None:
    """As durations with rates."""
    stages = (Stage(10, 5), Stage(60, 5), Stage(2.5, 0.5))
    assert parse_stages("10s:5, 1m:5, 2.5s:0.5") == stages
    assert parse_stages(written(stages)) == stages


@pytest.mark.parametrize("text", ["", "10s", "10s:", "10s:x", "10s:-1", "10s:5;1m:5", "10s:5,", "10:5", "10s:nan"])
def test_other_texts_are_no_stages(text: str) -> None:
    """The part that is none is named."""
    with pytest.raises(ValueError, match="is not a"):
        parse_stages(text)


def test_stages_without_load_are_refused() -> None:
    """They would measure nothing."""
    with pytest.raises(ValueError, match="no stage has any load"):
        parse_stages("10s:0")


def test_the_rate_moves_in_straight_lines() -> None:
    """From nothing to the first stage's rate, from there to the next one's; then all is over."""
    stages = parse_stages("10s:20,10s:20,10s:0")
    assert [rate_at(stages, second) for second in (0, 5, 10, 15, 25, 30, 99)] == [0, 10, 20, 20, 10, None, None]


def test_a_steady_load_rises_shortly() -> None:
    """It then stays for the time that was asked for."""
    stages = steady(8, 60)
    assert (peak(stages), total_seconds(stages)) == (8, 65)
    assert rate_at(stages, 64) == 8


def test_a_user_keeps_its_rate_however_long_answers_take() -> None:
    """A thousand requests at two a second take about 500 s, answers of 0.3 s or of none."""
    for answer_s in (0.0, 0.3):
        pacing, now = Pacing(2, Random(1)), 0.0
        for _ in range(1000):
            now += pacing.wait_s(now) + answer_s
        assert 450 < now < 550


def test_a_user_that_was_kept_waiting_sends_at_once() -> None:
    """And again, until it has caught up."""
    pacing = Pacing(1, Random(1))
    first = pacing.wait_s(0)
    assert [pacing.wait_s(first + 60) for _ in range(20)] == [0] * 20


def test_times_are_random() -> None:
    """Waits vary as much as they are long, as those of independent clients do."""
    pacing, now, waits = Pacing(1, Random(2)), 0.0, []
    for _ in range(2000):
        waits.append(pacing.wait_s(now))
        now += waits[-1]
    assert statistics.mean(waits) == pytest.approx(statistics.stdev(waits), rel=0.1)


def test_the_mean_rate_counts_rises_and_what_was_over_in_time() -> None:
    """In a rise, half of what it leads to."""
    stages = parse_stages("10s:10,20s:10")
    assert mean_rate(stages) == pytest.approx((10 * 5 + 20 * 10) / 30)
    assert mean_rate(stages, 10) == pytest.approx(5)
    assert mean_rate(stages, 1000) == mean_rate(stages)
    assert mean_rate(stages, 0) == 0
