"""The table of measured tracings that ships: that it is what `svgai search` would measure again."""

from pathlib import Path

import pandas as pd
import pytest

from svgai.describe.features import FEATURE_NAMES
from svgai.logo_types import LOGO_TYPES
from svgai.trace.parameters import TracingParameters
from training.pipeline import generated_sample
from training.search.parameter_search import MEASURES, evaluate_tracings

TABLE = Path(__file__).parents[3] / "training" / "tables" / "tracings.parquet"


@pytest.fixture(scope="module")
def table() -> pd.DataFrame:
    return pd.read_parquet(TABLE)


def test_table_is_small_enough_to_ship() -> None:
    """The file stays below 5 MB."""
    assert TABLE.stat().st_size < 5_000_000


def test_table_holds_features_and_measures_of_every_type(table: pd.DataFrame) -> None:
    """Each row has all features and measures, no value is missing, and all four types are there."""
    assert {*FEATURE_NAMES, *MEASURES, "image", "kind", "tracing"} == set(table.columns)
    assert not table.isna().to_numpy().any()
    assert set(table["kind"]) == set(LOGO_TYPES)


def test_sampled_rows_measure_the_same_again(table: pd.DataFrame) -> None:
    """A row drawn from each type, generated, traced and measured again, gives the numbers in the table."""
    for kind in LOGO_TYPES:
        generated = table["image"].str.startswith(f"{kind}/")  # real logos are not here to be measured again
        row = table[generated].sample(1, random_state=11).iloc[0]
        sample = generated_sample(kind, int(row["image"].split("/")[1]))
        again = evaluate_tracings(sample, [TracingParameters.model_validate_json(row["tracing"])]).iloc[0]
        assert again["ssim"] == pytest.approx(row["ssim"], abs=2e-3)
        assert again["worst"] == pytest.approx(row["worst"], abs=0.02)
        assert again["delta_e"] == pytest.approx(row["delta_e"], abs=0.05)
        assert again["bytes"] == pytest.approx(row["bytes"], rel=0.02)
        for name in FEATURE_NAMES:
            assert again[name] == pytest.approx(row[name], rel=1e-2, abs=1e-2)
