"""Two versions compared item by item."""

import numpy as np
import pyarrow as pa
import pytest

from registry.gates.evidence import HeldOutOutcomes
from registry.gates.paired_comparison import paired_loss


def outcomes(values: list[float], brands: list[str] | None = None, digest: str = "same") -> HeldOutOutcomes:
    items = [f"item {number}" for number in range(len(values))]
    return HeldOutOutcomes(digest, pa.table({"item": items, "brand": brands or items, "accuracy": values}))


def swapped(discordant: int, items: int = 400) -> tuple[HeldOutOutcomes, HeldOutOutcomes]:
    """Two versions that are equally good, each right on `discordant` items that the other is wrong on."""
    new = [1.0] * items
    old = [1.0] * items
    new[:discordant] = [0.0] * discordant
    old[discordant : 2 * discordant] = [0.0] * discordant
    return outcomes(new), outcomes(old)


def test_a_version_compared_with_itself_loses_nothing() -> None:
    """There is no doubt about it either."""
    same = outcomes([1, 0, 1, 1])
    found = paired_loss(same, same, "accuracy", higher_is_better=True)
    assert found is not None
    assert (found.mean, found.at_most, found.items) == (0, 0, 4)


def test_the_bound_is_that_of_the_differences() -> None:
    """About 1.645 standard errors of the mean difference, for many items."""
    found = paired_loss(*swapped(20), "accuracy", higher_is_better=True)
    assert found is not None
    assert found.mean == 0
    assert found.at_most == pytest.approx(1.645 * np.sqrt(40 / 400 / 400), rel=0.1)


def test_pairing_matters() -> None:
    """Items that both fail on say nothing of the difference, however many they are."""
    values = [0.0] * 200 + [1.0] * 200
    found = paired_loss(outcomes(values), outcomes(values), "accuracy", higher_is_better=True)
    assert found is not None
    assert found.at_most == 0


def test_lower_may_be_better() -> None:
    """Then a rise is the loss."""
    found = paired_loss(outcomes([0.5] * 9), outcomes([0.2] * 9), "accuracy", higher_is_better=False)
    assert found is not None
    assert found.mean == pytest.approx(0.3)
    assert found.at_most == pytest.approx(0.3)


def test_items_of_a_brand_are_drawn_together() -> None:
    """Forty items of four brands are no more certain than four."""
    new, old = swapped(10, 40)
    loose = paired_loss(new, old, "accuracy", higher_is_better=True)
    brands = [f"brand {number // 10}" for number in range(40)]
    new, old = (HeldOutOutcomes("same", side.table.set_column(1, "brand", [brands])) for side in (new, old))
    clustered = paired_loss(new, old, "accuracy", higher_is_better=True)
    assert loose is not None
    assert clustered is not None
    assert clustered.at_most > 2 * loose.at_most


def test_items_are_matched_by_name_and_blanks_left_out() -> None:
    """Whatever their order; an outcome that an item does not have counts nowhere."""
    new, old = outcomes([1, 0, np.nan]), outcomes([1, 0, np.nan])
    found = paired_loss(HeldOutOutcomes("same", new.table.take([2, 1, 0])), old, "accuracy", higher_is_better=True)
    assert found is not None
    assert (found.at_most, found.items) == (0, 2)


def test_what_does_not_match_is_not_compared() -> None:
    """Other items, or a figure that is no mean over items."""
    assert paired_loss(outcomes([1]), outcomes([1], digest="other"), "accuracy", higher_is_better=True) is None
    assert paired_loss(outcomes([1]), outcomes([1]), "ece", higher_is_better=False) is None


def test_the_answer_is_always_the_same() -> None:
    """A verdict does not depend on chance."""
    first, second = (paired_loss(*swapped(20), "accuracy", higher_is_better=True) for _ in range(2))
    assert first == second
