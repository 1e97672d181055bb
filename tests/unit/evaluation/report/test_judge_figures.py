"""What the judge says over many images."""

import pandas as pd
import pytest

from evaluation.judge.judged_answers import JUDGED
from evaluation.report.judge_figures import ALL, ONE_COLOUR, judge_figures
from tests.inputs.evaluation_cases import evaluation


@pytest.fixture
def outcomes() -> pd.DataFrame:
    """Five drawings and an image that is none, of which potrace can do the first two."""
    outcomes = evaluation().outcomes
    by_potrace = outcomes[(outcomes["method"] == "default") & outcomes["image"].isin(["0", "1"])]
    return pd.concat([outcomes, by_potrace.assign(method="potrace", judge_butteraugli=10.0)], ignore_index=True)


def test_methods_are_compared_on_the_same_images(outcomes: pd.DataFrame) -> None:
    """All that were judged, and with potrace those that it can do."""
    figures = judge_figures(outcomes)
    everywhere = [method for method in JUDGED if method != "potrace"]
    assert figures.loc["0.9", ALL]["count"].to_dict() == dict.fromkeys(everywhere, 5)
    assert figures.loc["0.95", ONE_COLOUR]["count"].to_dict() == dict.fromkeys(JUDGED, 2)
    assert list(figures.loc["0.9", ONE_COLOUR].index) == list(JUDGED)


def test_figures_are_means_medians_and_percentiles(outcomes: pd.DataFrame) -> None:
    """Of butteraugli the 90th percentile, too; bytes are a geometric mean."""
    outcomes.loc[outcomes["image"] == "0", "bytes"] = 900
    ours = judge_figures(outcomes).loc["0.9", ONE_COLOUR, "ours"]
    assert (ours["butteraugli"], ours["butteraugli_p90"]) == (20.5, pytest.approx(20.9))
    assert ours["bytes"] == pytest.approx((900 * 1500) ** 0.5)
    assert (ours["ssim"], ours["worst"], ours["judge_ssim"], ours["edge"]) == (0.98, 0.8, 0.97, 0.5)


def test_where_nothing_was_judged_there_is_no_row(outcomes: pd.DataFrame) -> None:
    """As on a folder of photographs; without the program its figures alone are missing."""
    assert len(judge_figures(outcomes.assign(judge_ssim=float("nan")))) == 0
    without = judge_figures(outcomes.assign(judge_butteraugli=float("nan")))
    assert without[["butteraugli", "butteraugli_p90"]].isna().all(axis=None)
    assert without["edge"].notna().all()
