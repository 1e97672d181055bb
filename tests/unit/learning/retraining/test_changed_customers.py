"""Simulated customers who change, or do not, on the images that the shipped table was measured on."""

import math
from functools import cache

import pandas as pd
import pytest

from learning.retraining.changed_customers import TABLE, Stage, new_image, portfolio_of, simulate
from training.search.tracing_table import read_table, wholly_measured

pytestmark = pytest.mark.slow

_MEMBERS, _ROUNDS = 6, 60


@cache
def shipped() -> pd.DataFrame:
    """The rows of a small portfolio on images that every tracing was tried on."""
    table = read_table(TABLE)
    table = table[wholly_measured(table)]
    return table[table["tracing"].isin(portfolio_of(table, _MEMBERS))].reset_index(drop=True)


def images_of(table: pd.DataFrame, start: int, stop: int) -> pd.DataFrame:
    names = table["image"].drop_duplicates()
    return table[table["image"].isin(names.iloc[start:stop])].reset_index(drop=True)


def no_worse(retrained: Stage, other: Stage) -> bool:
    """Within two standard errors: one missed target of thirty images moves a mean by .07."""
    return retrained.mean <= other.mean + 2 * math.hypot(retrained.error, other.error)


def test_without_a_change_nothing_gets_worse() -> None:
    """The same kind of images before, during and after: what is learned of them does no harm, to old ones or new."""
    table = shipped()
    base, before, during, after = (images_of(table, *part) for part in ((0, 70), (70, 100), (100, 130), (130, 160)))
    stages = {stage.name: stage for stage in simulate(base, before, during, after, _ROUNDS)}
    assert no_worse(stages["after, retrained"], stages["after, nothing learned"])
    assert no_worse(stages["those of before, retrained"], stages["before"])


def test_new_images_are_screenshots_and_icons() -> None:
    """The same ones for the same numbers."""
    assert {new_image(number).kind for number in range(4)} == {"simple", "complex"}
    assert new_image(3).data == new_image(3).data
