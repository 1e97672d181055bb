"""Figures of made-up outcomes."""

import json

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evaluation.report.evaluation_figures import Evaluation, method_figures

Given = dict[str, tuple[float, int]]
"""By method the ssim and bytes of one image."""


def outcomes_of(*images: Given, asked: str = "0.9", kinds: str = "text") -> pd.DataFrame:
    """Images `0`, `1`, ..., each of its own brand, at a target of .9 or the number that was asked for."""
    target = float(asked)
    return pd.DataFrame(
        {
            "image": str(number),
            "brand": str(number),
            "type": kinds,
            "predicted_type": "text",
            "probabilities": (0.1, 0.7, 0.1, 0.1),
            "asked": asked,
            "target": target,
            "method": method,
            "ssim": ssim,
            "worst": ssim - 0.1,
            "edge_ssim": 0.9,
            "delta_e": 1.0,
            "bytes": size,
            "paths": 2,
            "met": ssim >= target,
            "seconds": 0.1 * (number + 1),
            "trials": 2,
            "judge_ssim": float("nan"),
            "judge_butteraugli": float("nan"),
            "judge_edge": float("nan"),
        }
        for number, image in enumerate(images)
        for method, (ssim, size) in image.items()
    )


def image(default: int = 8000, single: int = 4000, ours: int = 2000, oracle: int = 1000) -> Given:
    """Bytes by method where all meet the target."""
    sizes = {"default": default, "single best": single, "ours": ours, "oracle": oracle}
    return {method: (0.95, size) for method, size in sizes.items()}


sizes = st.integers(100, 100_000)
measured = st.lists(
    st.fixed_dictionaries(
        {name: st.tuples(st.floats(0.8, 1), sizes) for name in ("default", "single best", "ours", "oracle")}
    ),
    min_size=1,
    max_size=6,
)


@settings(deadline=None, max_examples=40)
@given(measured)
@pytest.mark.slow
def test_the_single_best_closes_nothing_and_the_oracle_everything(images: list[Given]) -> None:
    """Where there is a gap at all."""
    gap = method_figures(outcomes_of(*images))["gap_closed"]
    if gap.notna().all():
        assert gap["single best"] == pytest.approx(0, abs=1e-9)
        assert gap["oracle"] == pytest.approx(1)


def test_gap_closed_is_on_the_scale_of_ln_bytes() -> None:
    """From 4000 to 1000 bytes, 2000 is half of the way; the regret is ln 2."""
    figures = method_figures(outcomes_of(image(), image()))
    assert figures.loc["ours", "gap_closed"] == pytest.approx(0.5)
    assert figures.loc["ours", "regret"] == pytest.approx(np.log(2))
    assert figures.loc["ours", ["gap_closed_low", "gap_closed_high"]].tolist() == pytest.approx([0.5, 0.5])


def test_a_miss_costs_two_above_the_oracle() -> None:
    """However few its bytes."""
    figures = method_figures(outcomes_of(image() | {"ours": (0.5, 10)}))
    assert figures.loc["ours", "regret"] == pytest.approx(2.0)
    assert figures.loc["ours", "cost_bytes"] == pytest.approx(1000 * np.exp(2))
    assert figures.loc["ours", "attainment"] == 0


def test_what_the_oracle_cannot_do_counts_for_attainment_alone() -> None:
    """Half of the images are met, all of the reachable ones, and the gap is that of these."""
    unreachable = dict.fromkeys(image(), (0.5, 10))
    figures = method_figures(outcomes_of(image(), unreachable))
    assert figures.loc["ours", ["attainment", "reachable_attainment"]].tolist() == [0.5, 1]
    assert figures.loc["ours", "gap_closed"] == pytest.approx(0.5)
    assert figures.loc["ours", "attainment_low"] < 0.5 < figures.loc["ours", "attainment_high"]


def test_bytes_are_compared_where_both_meet_the_target() -> None:
    """A quarter of the defaults' on the one image that both bring there, whatever the others are."""
    small = image() | {"default": (0.5, 10)}
    figures = method_figures(outcomes_of(image(), small))
    assert figures.loc["ours", "both_met"] == 1
    assert figures.loc["ours", "bytes_share"] == pytest.approx(0.25)


def test_means_are_over_all_images() -> None:
    """Of bytes also the geometric one; of seconds the median and the 95th percentile."""
    figures = method_figures(outcomes_of(image(ours=1000), image(ours=4000)))
    ours = figures.loc["ours"]
    assert (ours["images"], ours["bytes"], ours["ssim"], ours["trials"]) == (2, 2500, 0.95, 2)
    assert ours["worst"] == pytest.approx(0.85)
    assert ours["geometric_bytes"] == pytest.approx(2000)
    assert ours["median_seconds"] == pytest.approx(0.15)
    assert ours["p95_seconds"] == pytest.approx(0.195)


def test_without_an_oracle_there_is_no_gap() -> None:
    """The other figures are all there."""
    bare = {method: value for method, value in image().items() if method != "oracle"}
    figures = method_figures(outcomes_of(bare))
    assert figures[["gap_closed", "regret", "reachable_attainment"]].isna().all(axis=None)
    assert figures.loc["ours", "attainment"] == 1


@pytest.fixture
def found() -> Evaluation:
    """Two images at two targets, the second labelled otherwise."""
    low, high = outcomes_of(image(), image()), outcomes_of(image(ours=9000), image(ours=7000), asked="0.94")
    outcomes = pd.concat([low, high], ignore_index=True)
    outcomes.loc[outcomes["image"] == "1", "type"] = "simple"
    outcomes.loc[(outcomes["asked"] == "0.94") & (outcomes["method"] == "ours"), "ssim"] = 0.97
    return Evaluation(outcomes, (("bad.png", "damaged"),), ())


def test_figures_are_by_target_type_and_method(found: Evaluation) -> None:
    """The label goes before what the classifier says."""
    assert found.summary().loc[("0.94", "ours"), "bytes"] == 8000
    assert found.by_type().loc[("0.9", "simple", "ours"), "images"] == 1
    bare = Evaluation(found.outcomes.assign(type=""), (), ())
    assert set(bare.by_type().index.get_level_values("type")) == {"text"}


def test_equal_bytes_take_the_best_of_ours_that_is_no_larger(found: Evaluation) -> None:
    """The higher target's for one image, the lower one's where that is too large."""
    figures = found.equal_bytes()
    assert figures["images"] == 2
    assert figures["ssim"] == pytest.approx((0.95 + 0.97) / 2)
    assert figures["gain"] == pytest.approx(0.01)
    large = outcomes_of(image(ours=9000))
    assert Evaluation(large, (), ()).equal_bytes() == {"images": 0}


def test_the_classifier_is_scored_on_labelled_images_alone(found: Evaluation) -> None:
    """Each image once, however many targets; recall of the types that are there; none without labels or a model."""
    scored = found.classifier()
    assert scored["accuracy"] == 0.5
    assert scored["ece"] == pytest.approx(0.2)
    assert {name for name in scored if name.startswith("recall_")} == {"recall_text", "recall_simple"}
    for unknown in ({"type": ""}, {"predicted_type": ""}):
        assert Evaluation(found.outcomes.assign(**unknown), (), ()).classifier() == {}


def test_everything_is_json(found: Evaluation) -> None:
    """Strict JSON, with every outcome and without NaN: what was not measured or judged is left out."""
    content = json.loads(json.dumps(found.as_dict(), allow_nan=False))
    assert content["images"] == 2
    assert len(content["outcomes"]) == 16
    assert {row["asked"] for row in content["summary"]} == {"0.9", "0.94"}
    assert content["judge"] == []
    assert "judge_ssim" not in content["outcomes"][0]
    assert content["skipped"] == [["bad.png", "damaged"]]
