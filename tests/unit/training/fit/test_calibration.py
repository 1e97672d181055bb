"""Margins, coverage and covariance from errors on unseen images."""

import numpy as np
import pandas as pd
import pytest

from svgai.array_types import Floats
from svgai.logo_types import LOGO_TYPES
from svgai.measure.outcome_scales import BELIEVED, SCALES, scale_to_ssim
from training.fit.calibration import covariance, crossed_lower_bound, margins

SPREADS = dict(zip(LOGO_TYPES, (0.2, 0.4, 0.6, 0.8), strict=True))


def errors(images: int, tracings: int = 5) -> tuple[Floats, Floats, pd.DataFrame]:
    """Predictions and truths that differ more for some types than for others, with their table."""
    draw = np.random.default_rng(3)
    table = pd.DataFrame(
        {
            "image": np.repeat(np.arange(images), tracings),
            "kind": np.repeat([LOGO_TYPES[n % 4] for n in range(images)], tracings),
            "tracing": np.tile(np.arange(tracings), images),
        }
    )
    measured = draw.normal(3, 1, (len(table), len(SCALES)))
    spread = table["kind"].map(SPREADS).to_numpy()[:, None]
    return (measured + spread * draw.normal(size=measured.shape)).astype(np.float32), measured.astype(np.float32), table


def test_margins_follow_the_type() -> None:
    """A type that is predicted twice as badly gets about twice the margin: 1.28 deviations for nine in ten."""
    predicted, measured, table = errors(2000)
    found = margins(predicted, measured, table["kind"].to_numpy(object))
    for logo_type, spread in SPREADS.items():
        assert found[logo_type] == pytest.approx(1.2816 * spread, rel=0.1)


def test_types_with_few_images_share_a_margin() -> None:
    """Nine rows do not tell a quantile."""
    predicted, measured, table = errors(8)
    found = margins(predicted, measured, table["kind"].to_numpy(object))
    assert len(set(found.values())) == 1


def test_bounds_of_other_images_hold_as_often_as_promised() -> None:
    """For every type, between 88 and 92 in a hundred."""
    predicted, measured, table = errors(2000)
    low = crossed_lower_bound(predicted, measured, table)
    covered = (scale_to_ssim(measured[:, 0]) >= low).astype(float)
    for share in pd.Series(covered).groupby(table["kind"]).mean():
        assert 0.88 <= share <= 0.92


def test_an_unknown_type_gets_the_widest_margin() -> None:
    """An image without a label is bounded like the hardest."""
    predicted, measured, table = errors(400)
    bare = table.assign(kind=table["kind"].where(table["image"] >= 20, ""))
    low = crossed_lower_bound(predicted, measured, bare)
    usual = crossed_lower_bound(predicted, measured, table)
    assert (low[:100] <= usual[:100] + 0.05).all()


def test_errors_that_go_together_are_told() -> None:
    """Two tracings that err alike on every image are correlated, others are not; all variances are kept."""
    predicted, measured, table = errors(3000, tracings=3)
    first, second = (table["tracing"] == n for n in (0, 1))
    predicted[second] = measured[second] + (predicted - measured)[first]
    found = covariance(predicted, measured, table)
    assert found.shape == (3 * BELIEVED, 3 * BELIEVED)
    assert found == pytest.approx(found.T)
    assert found[0, BELIEVED] == pytest.approx(0.95 * found[0, 0], rel=0.01)
    assert abs(found[0, 2 * BELIEVED]) < 0.05 * found[0, 0]
    assert found[0, 0] == pytest.approx(np.mean(np.square(list(SPREADS.values()))), rel=0.1)


def test_a_tracing_that_failed_once_is_no_fault() -> None:
    """Its row is missing for that image."""
    predicted, measured, table = errors(50)
    kept = np.arange(len(table)) != 7
    assert np.isfinite(covariance(predicted[kept], measured[kept], table[kept])).all()


def test_images_with_a_quarter_of_the_tracings_do_not_count() -> None:
    """Their missing rows would look like predictions without an error."""
    predicted, measured, table = errors(400, tracings=4)
    quarter = ((table["image"] >= 200) & (table["tracing"] != table["image"] % 4)).to_numpy()
    whole = (table["image"] < 200).to_numpy()
    found = covariance(predicted[~quarter], measured[~quarter], table[~quarter])
    assert found == pytest.approx(covariance(predicted[whole], measured[whole], table[whole]))
