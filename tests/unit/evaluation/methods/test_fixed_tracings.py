"""The one tracing that serves the training images best."""

from pathlib import Path

import pandas as pd
import pytest

from evaluation.methods.fixed_tracings import fixed_tracings, read_training_table
from svgai.errors import DatasetFault
from svgai.logo_types import LOGO_TYPES
from svgai.trace.parameters import TracingParameters
from tests.fakes.tiny_models import TRACINGS, training_table

SMALL, MIDDLE, LARGE = TRACINGS


def table_of(*rows: tuple[str, str, TracingParameters, float, int]) -> pd.DataFrame:
    """Image, type, tracing, ssim and bytes of each row."""
    columns = ["image", "kind", "tracing", "ssim", "bytes"]
    table = pd.DataFrame([(i, k, t.model_dump_json(), s, b) for i, k, t, s, b in rows], columns=columns)
    return table.assign(worst=0.9, delta_e=1.0)


def chosen(table: pd.DataFrame, target: float, min_worst: float = 0.8) -> TracingParameters:
    return fixed_tracings(table, dict.fromkeys(LOGO_TYPES, target), min_worst, 3.0).single


def test_the_choice_depends_on_the_target(tmp_path: Path) -> None:
    """The smallest that reaches it, wherever one does so for all."""
    table = read_training_table(training_table(tmp_path / "table.parquet"))
    assert [chosen(table, target) for target in (0.9, 0.95, 0.98)] == [SMALL, MIDDLE, LARGE]


def test_each_type_has_its_own_target_and_tracing(tmp_path: Path) -> None:
    """What is known when serving; where the type is not known, the one for all counts."""
    table = read_training_table(training_table(tmp_path / "table.parquet"))
    fixed = fixed_tracings(table, {"simple": 0.98, "text": 0.95, "gradient": 0.9, "complex": 0.9}, 0.8, 3.0)
    assert [fixed.of(kind) for kind in ("simple", "text", "gradient", "complex")] == [LARGE, MIDDLE, SMALL, SMALL]
    assert fixed.of(None) == fixed.single


def test_a_miss_costs_more_than_a_few_bytes_and_less_than_very_many() -> None:
    """Two in ln(bytes) above the image's best: of two images, one miss is worth 7.4 times the bytes on the other."""
    for size, expected in ((7_000, LARGE), (8_000, SMALL)):
        table = table_of(
            ("a", "text", SMALL, 0.99, 1000),
            ("a", "text", LARGE, 0.99, 1000),
            ("b", "text", SMALL, 0.5, 100),
            ("b", "text", MIDDLE, 0.99, 1000),
            ("b", "text", LARGE, 0.99, size),
        )
        assert chosen(table, 0.9) == expected


def test_images_that_nothing_brings_there_do_not_count() -> None:
    """Nor does a colour fault count as met."""
    table = table_of(
        ("a", "text", SMALL, 0.95, 500),
        ("a", "text", LARGE, 0.95, 600),
        ("b", "text", SMALL, 0.2, 500),
        ("b", "text", LARGE, 0.8, 100),
    )
    assert chosen(table, 0.9) == SMALL
    with pytest.raises(DatasetFault, match="reaches the target on any image"):
        chosen(table.assign(delta_e=3.5), 0.9)


def test_a_tracing_that_loses_a_place_misses() -> None:
    """Where the poorest place is held to a limit; where it is not the mean decides."""
    table = table_of(("a", "text", SMALL, 0.95, 500), ("a", "text", LARGE, 0.95, 900)).assign(worst=[0.3, 0.85])
    assert chosen(table, 0.9) == LARGE
    assert chosen(table, 0.9, min_worst=0) == SMALL


def test_a_table_that_is_none_is_a_fault(tmp_path: Path) -> None:
    """No file, no table, or one of another version."""
    with pytest.raises(DatasetFault, match="not a readable table"):
        read_training_table(tmp_path / "none.parquet")
    (tmp_path / "garbage.parquet").write_bytes(b"garbage")
    with pytest.raises(DatasetFault, match="not a readable table"):
        read_training_table(tmp_path / "garbage.parquet")
    table = table_of(("a", "text", SMALL, 0.95, 500)).assign(tracing='{"unknown": 1}')
    with pytest.raises(DatasetFault, match="another version"):
        chosen(table, 0.9)
