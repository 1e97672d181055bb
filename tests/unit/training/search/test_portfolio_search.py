"""A pool that is halved, and the portfolio that grows out of the rest."""

from pathlib import Path

import pandas as pd
import pytest

from svgai.decode.pixels import encode_png
from svgai.trace.parameters import TracingParameters
from tests.fakes.tiny_models import drawn_logo
from training.data.datasets import Sample
from training.search.portfolio_search import PortfolioSearch, SearchSizes, search_portfolio
from training.search.tracing_pool import PROMISES, grow_portfolio, random_pool

pytestmark = pytest.mark.slow

SAMPLES = [
    Sample(f"simple/{number}", "simple", str(number), encode_png(drawn_logo(number, 32))) for number in range(11)
]
SIZES = SearchSizes(pool=6, pool_images=8, portfolio=2, images=3)


def quiet(_stage: str, _done: int, _total: int) -> None:
    """Progress that nobody watches."""


def parts(folder: Path) -> pd.DataFrame:
    return pd.concat([pd.read_parquet(part) for part in sorted(folder.glob("*.parquet"))], ignore_index=True)


@pytest.fixture(scope="module")
def searched(tmp_path_factory: pytest.TempPathFactory) -> tuple[PortfolioSearch, Path]:
    folder = tmp_path_factory.mktemp("search")
    return search_portfolio(SAMPLES, SIZES, 1, folder, map, quiet), folder


def test_all_of_the_pool_is_measured_on_a_quarter_of_its_images(searched: tuple[PortfolioSearch, Path]) -> None:
    """The third that grows first is measured on the rest of them."""
    found, folder = searched
    pool = random_pool(SIZES.pool, 1)
    first, rest = parts(folder / "pool"), parts(folder / "kept")
    assert set(first["image"]) == {"simple/0", "simple/1"}
    assert set(first["tracing"]) == {tracing.model_dump_json() for tracing in pool}
    assert set(rest["image"]) == {f"simple/{number}" for number in range(2, 8)}
    numbers = {tracing.model_dump_json(): number for number, tracing in enumerate(pool)}
    numbered = first.assign(tracing=first["tracing"].map(numbers))
    best = grow_portfolio(numbered[numbered["left_out"] == ""], 2)
    assert set(rest["tracing"]) == {pool[number].model_dump_json() for number in best}
    assert (found.pool, found.kept) == (6, 2)


def test_the_portfolio_is_measured_on_images_of_its_own(searched: tuple[PortfolioSearch, Path]) -> None:
    """Every member on each of them."""
    found, _ = searched
    assert sorted(found.table["image"].unique()) == ["simple/10", "simple/8", "simple/9"]
    assert (found.images, found.portfolio, len(found.table)) == (3, 2, 6)
    assert all(TracingParameters.model_validate_json(text) for text in found.table["tracing"])


def test_losses_are_told_by_promise_and_over_all(searched: tuple[PortfolioSearch, Path]) -> None:
    """A portfolio loses no more than its first member; a promise that nothing keeps has no loss."""
    found, _ = searched
    assert [loss.promise for loss in found.losses] == [*PROMISES, None]
    reached = [loss for loss in found.losses if loss.portfolio is not None]
    assert None in {loss.promise for loss in reached}
    for loss in reached:
        assert loss.single_best is not None
        assert 0 <= (loss.portfolio or 0) <= loss.single_best
    assert found.as_dict()["rows"] == 6


def test_a_repeated_search_gives_the_same_and_measures_nothing(searched: tuple[PortfolioSearch, Path]) -> None:
    """Each round finds its parts, because each chooses the same again."""
    found, folder = searched
    again = search_portfolio(SAMPLES, SIZES, 1, folder, map, quiet)
    pd.testing.assert_frame_equal(again.table, found.table)
    assert again.losses == found.losses
    assert again.images_per_second is None


def test_as_many_are_kept_as_the_portfolio_needs(tmp_path: Path) -> None:
    """A portfolio of most of the pool is not cut short by the halving."""
    found = search_portfolio(SAMPLES[:6], SearchSizes(4, 4, 3, 2), 1, tmp_path, map, quiet)
    assert (found.kept, found.portfolio) == (3, 3)


def test_further_images_are_measured_with_a_quarter_each(tmp_path: Path) -> None:
    """Each member on its share of them, and the portfolio keeps its order."""
    sizes = SearchSizes(pool=6, pool_images=4, portfolio=5, images=2, quarter_images=4)
    found = search_portfolio(SAMPLES, sizes, 1, tmp_path, map, quiet)
    order = list(found.table["tracing"].unique())
    rows = found.table.groupby("image", sort=False)["tracing"].agg(list).to_dict()
    assert rows == {
        "simple/4": order,
        "simple/5": order,
        "simple/6": [order[0], order[4]],
        "simple/7": [order[1]],
        "simple/8": [order[2]],
        "simple/9": [order[3]],
    }
    assert (found.images, sizes.all_images) == (6, 10)
