"""Whole pieces of training work."""

from pathlib import Path

import pandas as pd
import pytest

from svgai.decode.pixels import encode_png
from svgai.errors import DatasetFault
from svgai.logo_types import LOGO_TYPES
from svgai.trace.parameters import TracingParameters
from tests.fakes.tiny_models import drawn_logo
from training.pipeline import generated, generated_sample, search_tracings, train_one, training_config
from training.search.portfolio_search import SearchSizes

pytestmark = pytest.mark.slow


def quiet(_stage: str, _done: int, _total: int) -> None:
    """Progress that nobody watches."""


def test_generated_samples_take_turns() -> None:
    """The types follow each other, and a name alone gives its image again."""
    samples = generated(5, 5)
    assert [sample.kind for sample in samples] == [*LOGO_TYPES, "simple"]
    assert len({sample.name for sample in samples}) == 5
    kind, seed = samples[4].name.split("/")
    assert generated_sample(kind, int(seed)) == samples[4]


def test_a_search_writes_a_table_of_a_portfolio(tmp_path: Path) -> None:
    """Pool and portfolio are measured on different images; the table holds every member on every image of its part."""
    folder = tmp_path / "own"
    for kind in LOGO_TYPES:
        (folder / kind).mkdir(parents=True)
        for number in range(12):
            (folder / kind / f"{number}.png").write_bytes(encode_png(drawn_logo(number, 12)))
    out, work = tmp_path / "tables" / "table.parquet", tmp_path / "work"
    found = search_tracings(out, work, folder, None, SearchSizes(3, 8, 2, 40), 1, 1, None, quiet)
    table = pd.read_parquet(out)
    assert (table["image"].nunique(), table["tracing"].nunique()) == (40, 2)
    assert found.images_per_second
    assert len(table) == 80
    assert all(TracingParameters.model_validate_json(text) for text in table["tracing"].unique())
    pool = pd.concat(pd.read_parquet(part) for name in ("pool", "kept") for part in (work / name).glob("*.parquet"))
    assert not set(pool["image"]) & set(table["image"])
    assert len(set(pool["kind"])) > 1
    assert set(table["kind"]) == set(LOGO_TYPES)


def test_a_folder_that_is_too_small_is_a_fault(tmp_path: Path) -> None:
    """The message says how many images there should be."""
    (tmp_path / "a.png").write_bytes(encode_png(drawn_logo(1, 12)))
    with pytest.raises(DatasetFault, match=r"at least 44 images; it has 1"):
        search_tracings(
            tmp_path / "t.parquet", tmp_path / "work", tmp_path, None, SearchSizes(2, 4, 1, 40), 1, 1, None, quiet
        )


def test_training_the_classifier_needs_types(tmp_path: Path) -> None:
    """A folder without labels is refused before anything is computed."""
    (tmp_path / "a.png").write_bytes(encode_png(drawn_logo(1, 12)))
    with pytest.raises(DatasetFault, match="have no type"):
        train_one("classifier", [tmp_path], tmp_path / "t.parquet", tmp_path / "out", quiet)


@pytest.mark.parametrize("content", [None, b"", b"garbage"])
def test_training_the_optimizer_needs_a_table(tmp_path: Path, content: bytes | None) -> None:
    """An absent or unreadable table is a fault that names the file."""
    path = tmp_path / "table.parquet"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(DatasetFault, match=r"table\.parquet"):
        train_one("optimizer", [], path, tmp_path / "out", quiet)


def test_the_table_of_the_second_opinion_may_be_another() -> None:
    """As a path, such as that of the table that labels of served images have joined."""
    config = training_config("classifier", {"second_table": "other/table.parquet"})
    assert config.second.table == Path("other/table.parquet")
