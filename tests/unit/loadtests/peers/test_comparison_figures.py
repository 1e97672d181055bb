"""The figures of a comparison."""

from dataclasses import replace

import pytest

from loadtests.peers.comparison import Comparison, rates
from loadtests.peers.comparison_figures import Spread, curves, spread, table
from tests.fakes.load_cases import CAPACITIES, comparison, visit


def test_a_spread_is_the_median_between_its_ends() -> None:
    """Of all rounds."""
    assert spread([3, 1, 2]) == Spread(2, 1, 3)


def test_a_row_has_medians_over_rounds() -> None:
    """The greatest capacity first."""
    rows = table(comparison())
    assert [row.peer for row in rows] == list(CAPACITIES)
    (ours, *_) = rows
    assert ours.capacity == Spread(200.5, 200, 201)
    assert ours.ready_s == Spread(1.5, 1, 2)
    assert ours.cpu_full_ms.high == pytest.approx(1000 / 200)
    assert ours.p99_ms.median == pytest.approx(1000 * comparison().common_rate / 200.5, rel=0.01)
    assert ours.refused == 0


def test_a_curve_ends_where_a_peer_refuses() -> None:
    """In any round; rates are in ascending order."""
    found = curves(comparison())
    rates = [20, 60.2, 70.3, 100.2, 140.4, 160.4, 180.4]
    assert [point.rate for point in found["svgai"]] == pytest.approx(rates, abs=0.2)
    assert max(point.rate for point in found["mlflow"]) <= 100.2
    assert found["svgai"][0].p99_ms.low <= found["svgai"][0].p99_ms.median <= found["svgai"][0].p99_ms.high


def test_a_peer_that_failed_has_no_figures() -> None:
    """Not even of the visits before it did."""
    found = replace(comparison(), left_out={"mlflow": "it died"})
    assert "mlflow" not in curves(found)
    assert "mlflow" not in [row.peer for row in table(found)]


def test_a_rate_that_is_planned_twice_is_one_point() -> None:
    """Of a lone peer the rate of the table is one of those of the picture."""
    planned = rates([200])
    alone = Comparison((visit("svgai", "latency", 0, planned),), planned[0], {})
    assert [point.rate for point in curves(alone)["svgai"]] == sorted(set(planned))
    assert len(set(planned)) < len(planned)
