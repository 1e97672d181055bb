"""What a surrogate does with held-out images, as a person reads it."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from svgai.choose.trial_selection import MISSED
from svgai.measure.outcome_scales import SCALES, scale_to_ssim, ssim_to_scale
from tests.unit.training.fit.test_optimizer_metrics import measured
from training.fit.held_out import held_out_metrics
from training.fit.held_out_report import METRICS_FILE
from training.fit.optimizer_metrics import optimizer_metrics
from training.fit.optimizer_report import choices_table, errors_table, write_optimizer_report

OUTCOMES = pd.DataFrame(
    {
        "item": ["a", "b", "c", "d"],
        "brand": ["a", "b", "c", "d"],
        "type": ["text", "text", "simple", ""],
        "attainment": [1.0, 0.0, 1.0, 0.0],
        "log_bytes_regret": [0.1, MISSED, 0.3, np.nan],
    }
)


def test_errors_are_those_of_the_metrics() -> None:
    """For each quantity, on the scale that people read."""
    targets, table = measured()
    draw = np.random.default_rng(1)
    predicted = targets + draw.normal(0, 0.3, targets.shape).astype(np.float32)
    metrics = optimizer_metrics(predicted, scale_to_ssim(targets[:, 0]), targets, table)
    found = errors_table(predicted, targets).set_index("quantity")
    for name, row in found.iterrows():
        assert (row["r2"], row["mean_absolute_error"]) == (metrics[f"{name}_r2"], metrics[f"{name}_mae"])
    assert (found["median_absolute_error"] < found["nine_in_ten_within"]).all()
    assert (found["mean_absolute_error"] <= found["root_mean_squared_error"]).all()


def test_a_bias_is_told_from_an_error() -> None:
    """What is always predicted too low by as much has that for every figure, with its sign in the bias."""
    targets, _ = measured()
    off = targets.copy()
    off[:, 0] = ssim_to_scale(scale_to_ssim(targets[:, 0]) - 0.1)
    row = errors_table(off, targets).set_index("quantity").loc["ssim"]
    errors = ["mean_absolute_error", "median_absolute_error", "root_mean_squared_error", "nine_in_ten_within"]
    assert row[errors].tolist() == pytest.approx([0.1] * 4, abs=1e-4)
    assert row["bias"] == pytest.approx(-0.1, abs=1e-4)


def test_choices_are_told_by_type() -> None:
    """First of all images, as the metrics have it; an image that no tracing brings there has no regret."""
    found = choices_table(OUTCOMES).set_index("type")
    assert list(found.index) == ["all", "text", "simple", "unknown"]
    metrics = held_out_metrics(OUTCOMES)
    assert found.loc["all", ["attainment", "log_bytes_regret"]].to_dict() == metrics
    assert found.loc["text"].tolist() == pytest.approx([2, 0.5, 1, (0.1 + MISSED) / 2, (0.1 + MISSED) / 2])
    assert found.loc["unknown", ["images", "attainment", "attainable"]].tolist() == [1, 0, 0]
    assert np.isnan(found.loc["unknown", "log_bytes_regret"])


@pytest.mark.slow
@pytest.mark.parametrize("ranked", [True, False])
def test_a_report_is_written(ranked: bool, tmp_path: Path) -> None:
    """Tables, pictures and one file with all figures, also where no image can be ranked."""
    targets, table = measured()
    if not ranked:
        table = table.assign(image=np.arange(len(targets)))
    write_optimizer_report(tmp_path, targets, targets, table, OUTCOMES, {"attainment": 0.5})
    pictures = {"predictions.png", "rank_correlation.png", "choices.png"}
    assert {path.name for path in (tmp_path / "report").iterdir()} == (
        {"metrics.json", "errors.csv", "choices.csv"} | pictures
    )
    for name in pictures:
        assert (tmp_path / "report" / name).read_bytes().startswith(b"\x89PNG")
    written = json.loads((tmp_path / METRICS_FILE).read_text())
    assert written["metrics"] == {"attainment": 0.5}
    assert len(written["tables"]["errors"]) == len(SCALES)
    assert written["tables"]["choices"][-1]["log_bytes_regret"] is None
