"""What a rate takes."""

from dataclasses import replace

import pytest

from loadtests.scaling.capacity import Prices, capacity_for
from loadtests.scaling.image_costs import ImageCosts
from loadtests.scaling.shared_stores import StoreCosts

COSTS = ImageCosts(256, 0.003, 0.004, 0.3, (0.1, 0.2, 0.3), memory_mb=600, sent_bytes=20_000, answered_bytes=5_000)
STORES = StoreCosts(row_bytes=3_000, rows_per_s=2_500, connections=2, series=1_000)


def test_what_a_hundred_a_second_take() -> None:
    """Thirty cores of work, half as many again for queues to stay short, in services of two."""
    found = capacity_for(100, COSTS, STORES, Prices(core_hour=0.04, used=0.6, cores=2))
    assert (found.services, found.cores) == (25, 50)
    assert found.memory_gb == pytest.approx(15)
    assert found.month == pytest.approx(50 * 0.04 * 730)
    assert found.million == pytest.approx(10_000 / 3600 * 50 * 0.04)
    assert found.network_mbit == pytest.approx(20)
    assert found.rows_gb_a_day == pytest.approx(25.92)
    assert found.writers == pytest.approx(0.04)
    assert (found.connections, found.series) == (50, 25_000)


def test_there_is_at_least_one_service() -> None:
    """However little comes."""
    assert capacity_for(0.01, COSTS, STORES, Prices()).services == 1


def test_a_million_costs_the_same_at_any_rate() -> None:
    """That many services share."""
    few, many = (capacity_for(rate, COSTS, STORES, Prices()).million for rate in (1_000, 100_000))
    assert few == pytest.approx(many, rel=0.01)
    assert capacity_for(1_000, replace(COSTS, convert_s=0.6), STORES, Prices()).million == pytest.approx(
        2 * few, rel=0.01
    )
