"""Held-out figures of a surrogate."""

import numpy as np
import pandas as pd
import pytest

from svgai.array_types import Floats
from svgai.measure.outcome_scales import SCALES, scale_to_ssim, ssim_to_scale, to_scales
from training.fit.optimizer_metrics import optimizer_metrics


def measured(images: int = 5, tracings: int = 6) -> tuple[Floats, pd.DataFrame]:
    """Surrogate targets with the table that they belong to."""
    draw = np.random.default_rng(0)
    rows = images * tracings
    ssim, worst, edge_ssim = draw.uniform(0.5, 1, (3, rows))
    targets = to_scales(
        {
            "ssim": ssim,
            "worst": worst,
            "delta_e": draw.uniform(0, 6, rows),
            "bytes": draw.integers(100, 9000, rows),
            "edge_ssim": edge_ssim,
            "seconds": draw.uniform(0, 1, rows),
        }
    )
    numbers = np.repeat(np.arange(images), tracings)
    table = pd.DataFrame({"image": numbers, "kind": np.where(numbers % 2, "text", "simple")})
    return targets.astype(np.float32), table


def test_perfect_predictions_score_perfectly() -> None:
    """R2 and rank correlation of one, no error, and every bound below the truth holds."""
    targets, table = measured()
    found = optimizer_metrics(targets, scale_to_ssim(targets[:, 0]) - 0.01, targets, table)
    for name in ("ssim", "worst", "edge_ssim", "delta_e", "log_bytes", "seconds"):
        assert found[f"{name}_r2"] == pytest.approx(1)
        assert found[f"{name}_mae"] == pytest.approx(0, abs=1e-6)
    assert found["ssim_rank_correlation"] == pytest.approx(1)
    assert found["ssim_low_coverage"] == 1


def test_errors_are_on_the_scales_that_people_read() -> None:
    """Mean absolute error of ssim and worst themselves, of delta_e itself, of ln(bytes)."""
    targets, table = measured()
    truth = scale_to_ssim(targets[:, 0])
    column = SCALES.index
    off = targets.copy()
    off[:, column("ssim")] = ssim_to_scale(truth - 0.1)
    off[:, column("worst")] = ssim_to_scale(scale_to_ssim(targets[:, column("worst")]) - 0.2)
    off[:, column("delta_e")] = np.log1p(np.expm1(targets[:, column("delta_e")]) + 0.5)
    off[:, column("bytes")] += 0.25
    found = optimizer_metrics(off, truth - 0.1, targets, table)
    assert found["ssim_mae"] == pytest.approx(0.1, abs=1e-4)
    assert found["worst_mae"] == pytest.approx(0.2, abs=1e-4)
    assert found["delta_e_mae"] == pytest.approx(0.5, abs=1e-4)
    assert found["log_bytes_mae"] == pytest.approx(0.25, abs=1e-4)


def test_ranks_count_within_images() -> None:
    """An image whose tracings are ranked backwards counts against; one with nothing to rank does not count."""
    targets, table = measured(images=3)
    predicted = targets.copy()
    predicted[:6, 0] *= -1
    found = optimizer_metrics(predicted, np.zeros(18), targets, table)
    assert found["ssim_rank_correlation"] == pytest.approx(1 / 3)
    targets[:6, 0] = 1
    found = optimizer_metrics(predicted, np.zeros(18), targets, table)
    assert found["ssim_rank_correlation"] == pytest.approx(1)


def test_ranks_of_images_that_were_served_do_not_count() -> None:
    """What was tried for a customer was chosen, to be good: there is little to rank."""
    targets, table = measured(images=3)
    predicted = targets.copy()
    predicted[:6, 0] *= -1
    table["conversion_id"] = ["a conversion"] * 6 + [""] * 12
    found = optimizer_metrics(predicted, np.zeros(18), targets, table)
    assert found["ssim_rank_correlation"] == pytest.approx(1)


def test_coverage_is_the_share_above_the_bound() -> None:
    """Bounds that are too high for a quarter of the rows cover three quarters."""
    targets, table = measured(images=4, tracings=5)
    low = scale_to_ssim(targets[:, 0]) - 0.01
    low[:5] += 0.5
    found = optimizer_metrics(targets, low, targets, table)
    assert found["ssim_low_coverage"] == 0.75
    assert (found["ssim_low_coverage_simple"], found["ssim_low_coverage_text"]) == (0.5, 1.0)
