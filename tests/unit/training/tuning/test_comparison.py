"""Settings compared on held-out items."""

import numpy as np
import pandas as pd
import pytest

from training.tuning.comparison import compare, is_better


def items(error: float, attainment: float, noise: float = 0.0, brands: int = 40) -> pd.DataFrame:
    """Two items a brand."""
    draw = np.random.default_rng(0)
    count = 2 * brands
    return pd.DataFrame(
        {
            "item": [f"i{number}" for number in range(count)],
            "brand": [f"b{number // 2}" for number in range(count)],
            "error": error + noise * draw.normal(size=count),
            "attainment": (np.arange(count) < attainment * count).astype(float),
        }
    )


def test_less_error_on_every_item_is_better() -> None:
    """By as much as it is less, and no interval is needed to say so."""
    error, attainment = compare(items(1.0, 0.9), items(0.8, 0.9))
    assert (error.name, error.today, error.found) == ("error", pytest.approx(1.0), pytest.approx(0.8))
    assert error.better_by == pytest.approx(0.2)
    assert attainment.better_by == 0
    assert is_better((error, attainment))


def test_a_gain_within_chance_is_not_better() -> None:
    """Where the interval holds nought nothing is claimed."""
    figures = compare(items(1.0, 0.9), items(0.99, 0.9, noise=0.3))
    assert figures[0].interval[0] < 0 < figures[0].interval[1]
    assert not is_better(figures)


def test_a_gain_that_costs_another_figure_is_not_better() -> None:
    """Less error with fewer promises kept is no progress."""
    assert not is_better(compare(items(1.0, 0.9), items(0.8, 0.5)))


def test_items_without_a_figure_do_not_count_in_it() -> None:
    """As for images that no tracing brings to the target; and the order of the rows does not matter."""
    today, found = items(1.0, 0.9), items(0.8, 0.9).sample(frac=1, random_state=0)
    today.loc[:9, "attainment"] = np.nan
    assert [one.items for one in compare(today, found)] == [80, 70]


def test_two_items_of_a_brand_count_as_one() -> None:
    """An interval from twice the same items is not narrower."""
    today, found = items(1.0, 0.9), items(0.9, 0.9, noise=0.3)
    twice = [pd.concat([one, one.assign(item=one["item"] + "'")]) for one in (today, found)]
    assert compare(*twice)[0].interval == pytest.approx(compare(today, found)[0].interval)
