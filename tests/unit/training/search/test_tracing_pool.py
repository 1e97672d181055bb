"""The random pool, and the portfolio that is grown out of it."""

import numpy as np
import pandas as pd
import pytest

from svgai.choose.trial_selection import MISSED
from svgai.errors import DatasetFault
from svgai.measure.promise import Promise
from training.search.tracing_pool import (
    MAX_DELTA_E,
    PROMISES,
    grow_portfolio,
    log_bytes_at,
    portfolio_loss,
    random_pool,
)


def table_of(rows: list[tuple[str, int, float, int]], delta_e: float = 1.0) -> pd.DataFrame:
    """Measured tracings: image, number of the tracing, ssim, bytes."""
    table = pd.DataFrame(rows, columns=["image", "tracing", "ssim", "bytes"])
    return table.assign(worst=0.9, delta_e=delta_e, seconds=0.1)


def promise(target: float, min_worst: float = 0.8) -> Promise:
    return Promise(target, min_worst, MAX_DELTA_E)


def random_table(seed: int, images: int = 8, tracings: int = 5) -> pd.DataFrame:
    draw = np.random.default_rng(seed)
    numbers = draw.permutation(100)[:tracings]
    return table_of(
        [
            (f"image {image}", int(number), float(draw.uniform(0.6, 1)), int(draw.integers(200, 9000)))
            for image in range(images)
            for number in numbers
        ]
    )


def test_a_pool_holds_different_tracings() -> None:
    """As many as asked for, none twice, the same for the same seed, and a larger pool only adds."""
    pool = random_pool(40, 3)
    assert len(set(pool)) == 40
    assert random_pool(40, 3) == pool
    assert random_pool(10, 3) == pool[:10]
    assert random_pool(40, 4) != pool


def test_what_breaks_the_promise_costs_without_end() -> None:
    """By ssim, by its poorest place, by colour, or because that tracing failed on that image."""
    table = table_of([("a", 5, 0.9, 1000), ("a", 7, 0.8, 100), ("b", 5, 0.95, 2000)])
    costs = log_bytes_at(table, promise(0.85))
    assert costs.loc["a", 5] == pytest.approx(np.log(1000))
    assert np.isposinf([costs.loc["a", 7], costs.loc["b", 7]]).all()
    assert np.isposinf(log_bytes_at(table.assign(delta_e=3.1), promise(0.85)).to_numpy()).all()
    torn = table.assign(worst=0.79)
    assert np.isposinf(log_bytes_at(torn, promise(0.85)).to_numpy()).all()
    assert log_bytes_at(torn, promise(0.85, 0)).equals(log_bytes_at(table, promise(0.85)))


def test_members_complement_each_other() -> None:
    """After the best for most images comes the one that serves the others, not the second best for the same."""
    rows = []
    for image in range(6):
        rows += [(f"easy {image}", 10, 0.99, 500), (f"easy {image}", 20, 0.99, 510), (f"easy {image}", 30, 0.5, 100)]
    for image in range(3):
        rows += [(f"hard {image}", 10, 0.5, 500), (f"hard {image}", 20, 0.5, 510), (f"hard {image}", 30, 0.99, 4000)]
    assert grow_portfolio(table_of(rows), 2) == [10, 30]


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.slow
def test_each_member_is_the_best_to_add(seed: int) -> None:
    """No other tracing would have lowered the loss further, at any step."""
    table = random_table(seed)
    everything = sorted(table["tracing"].unique())
    chosen = grow_portfolio(table, 3)
    for step in range(len(chosen)):
        loss = portfolio_loss(table, chosen[: step + 1])
        others = [portfolio_loss(table, [*chosen[:step], other]) or 0.0 for other in everything]
        assert loss == pytest.approx(min(others))


@pytest.mark.parametrize("seed", range(3))
def test_a_portfolio_never_loses_by_growing(seed: int) -> None:
    """The whole pool loses nothing, and no portfolio holds a tracing twice."""
    table = random_table(seed)
    chosen = grow_portfolio(table, 100)
    assert sorted(chosen) == sorted(table["tracing"].unique())
    losses = [portfolio_loss(table, chosen[:size]) or 0.0 for size in range(1, len(chosen) + 1)]
    assert losses == sorted(losses, reverse=True)
    assert losses[-1] == pytest.approx(0)
    assert losses[0] <= MISSED


def test_an_image_counts_although_one_tracing_failed_on_it() -> None:
    """A missing row is a tracing that does not serve, not an image that does not matter."""
    rows = [("whole", 1, 0.99, 1000), ("whole", 2, 0.99, 1010), ("whole", 3, 0.99, 5000)]
    for image in range(4):
        rows += [(f"holed {image}", 2, 0.5, 50), (f"holed {image}", 3, 0.99, 900)]
    assert grow_portfolio(table_of(rows), 1) == [3]


def test_a_pool_that_serves_no_image_is_a_fault() -> None:
    """There is nothing to choose from where no target is ever reached."""
    with pytest.raises(DatasetFault, match=f"reaches an ssim of {min(one.target for one in PROMISES)}"):
        grow_portfolio(table_of([("a", 1, 0.2, 10), ("b", 1, 0.3, 10)]), 1)


def test_what_gains_nothing_is_ordered_by_its_own_loss() -> None:
    """After the best tracing of all images come the others as they would serve alone."""
    rows = [("a", tracing, 0.99, size) for tracing, size in ((1, 900), (2, 300), (3, 700), (4, 500))]
    assert grow_portfolio(table_of(rows), 4) == [2, 4, 3, 1]


def test_a_loss_may_be_of_some_promises_only() -> None:
    """And is none where nothing reaches them."""
    table = table_of([("a", 1, 0.91, 1000), ("a", 2, 0.8, 500)])
    assert portfolio_loss(table, [1], (promise(0.9),)) == 0
    assert portfolio_loss(table, [1], (promise(0.75),)) == pytest.approx(np.log(2))
    assert portfolio_loss(table, [2], (promise(0.9),)) == MISSED
    assert portfolio_loss(table, [1, 2], (promise(0.95),)) is None


def test_what_loses_a_place_serves_no_promise_that_asks_for_it() -> None:
    """A member that is small where nothing is asked of the poorest place is joined by one that keeps it."""
    rows = [(image, tracing, 0.99, size) for image in "ab" for tracing, size in ((1, 500), (2, 520), (3, 1500))]
    table = table_of(rows)
    torn = table.assign(worst=np.where(table["tracing"] == 3, 0.9, 0.1))
    assert sorted(grow_portfolio(torn, 2)) == [1, 3]
    assert portfolio_loss(torn, [1], (promise(0.95),)) == MISSED
    assert portfolio_loss(torn, [1], (promise(0.95, 0),)) == 0


def test_a_pool_holds_tracings_that_are_drawn_once_and_such_as_are_refined() -> None:
    """Both kinds serve, for what is asked differs."""
    refined = {tracing.refine_to > 0 for tracing in random_pool(40, 3) if tracing.colour_models != "none"}
    assert refined == {False, True}


def test_a_pool_draws_no_pixels() -> None:
    """What draws exactly the pixels is no candidate: the image says where it serves."""
    assert all(tracing.mode != "pixels" for tracing in random_pool(300, 5))


def test_time_decides_between_tracings_of_like_size() -> None:
    """A second more is worth it for a quarter of the bytes, not for a tenth."""
    table = table_of([("a", 1, 0.9, 1000), ("a", 2, 0.9, 900), ("b", 1, 0.9, 1000), ("b", 2, 0.9, 900)])
    slow = table.assign(seconds=np.where(table["tracing"] == 2, 1.1, 0.1))
    assert grow_portfolio(table, 1) == [2]
    assert grow_portfolio(slow, 1) == [1]
    assert grow_portfolio(slow.assign(bytes=np.where(slow["tracing"] == 2, 750, 1000)), 1) == [2]
