"""Outcomes as training rows, and what each counts."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import numpy as np
import pandas as pd
import pytest

from learning.retraining.served_tracings import LEAST_CHANCE, joined, served_tracings
from svgai.describe.features import FEATURE_NAMES
from svgai.outcomes.outcome import Outcome
from svgai.trace.parameters import TracingParameters
from tests.fakes.served_images import FEATURES, NOW, converted, tried
from training.search.tracing_table import wholly_measured

SMALL, LARGE, PLAIN = (
    TracingParameters(simplify=2.0),
    TracingParameters(simplify=1.0),
    TracingParameters(simplify=1.5, refine_to=0),
)
PORTFOLIO = [one.model_dump_json() for one in (SMALL, LARGE, PLAIN)]


def rows_of(outcomes: Sequence[Outcome], decay: float = 1.0) -> pd.DataFrame:
    rows: list[dict[str, Any]] = [{**one.model_dump(), "created_at": one.created_at} for one in outcomes]
    return served_tracings(rows, PORTFOLIO, decay, NOW)


def test_each_tried_tracing_is_a_row_of_the_table() -> None:
    """With the features of its image, what it measured, and the conversion that it comes from."""
    table = rows_of([converted("a", [tried(SMALL, bytes=500), tried(LARGE)])])
    assert table["tracing"].tolist() == PORTFOLIO[:2]
    assert table["bytes"].tolist() == [500, 700]
    assert table[list(FEATURE_NAMES)].iloc[0].tolist() == list(FEATURES)
    assert set(table["image"]) == {"served/a"}
    assert set(table["conversion_id"]) == {"a"}
    assert set(table["kind"]) == {"simple"}


def test_what_teaches_nothing_is_left_out() -> None:
    """Failures, tracings of no portfolio, and those that were drawn for another promise than they make themselves."""
    other = tried(TracingParameters(simplify=9.0))
    asked = converted("c", [tried(SMALL), tried(PLAIN)], min_worst=0.9)
    table = rows_of([converted("a", [other]), Outcome(conversion_id="b", error_code="timeout"), asked])
    assert table["tracing"].tolist() == [PLAIN.model_dump_json()]


def test_what_was_measured_last_of_an_image_counts() -> None:
    """An image that comes a hundred times is one image."""
    table = rows_of([converted("a", [tried(SMALL, bytes=500)]), converted("a-again", [tried(SMALL, bytes=600)])])
    assert table["bytes"].tolist() == [600]


def test_a_row_counts_less_with_every_week() -> None:
    """By the decay, to the power of its age in weeks."""
    old = converted("a", [tried(SMALL)], NOW - timedelta(weeks=2))
    table = rows_of([old, converted("b", [tried(SMALL)])], decay=0.9)
    assert table["weight"].tolist() == pytest.approx([0.81, 1.0])


def test_a_row_counts_the_inverse_of_its_chance() -> None:
    """A second trial came to one in two of the type; a drawn one carries its chance, which is never taken as tiny."""
    outcomes = [
        converted("a", [tried(SMALL), tried(LARGE)]),
        converted("b", [tried(SMALL)]),
        converted("c", [tried(LARGE, chance=0.25)]),
        converted("d", [tried(LARGE, chance=1e-6)]),
    ]
    weight = rows_of(outcomes)["weight"].to_numpy()
    assert (weight / weight[0]).tolist() == pytest.approx([1, 2, 1, 4, 1 / LEAST_CHANCE])
    assert weight.mean() == pytest.approx(1)


@pytest.mark.slow
def test_weights_undo_the_choice_of_what_is_tried() -> None:
    """Second trials come where images are hard; drawn ones, weighted, give the mean over all images back."""
    draw = np.random.default_rng(0)
    outcomes = []
    quality = draw.uniform(0.7, 0.99, 4000)
    for place, ssim in enumerate(quality):
        if ssim < 0.8:  # hard: the optimizer tries it
            outcomes.append(converted(f"i{place}", [tried(LARGE, ssim=ssim)]))
        if draw.random() < 0.1:
            outcomes.append(converted(f"i{place}-explored", [tried(LARGE, chance=0.1, ssim=ssim)]))
    explored = [one for one in outcomes if one.conversion_id.endswith("-explored")]
    table = rows_of(explored)
    honest = np.average(table["ssim"], weights=table["weight"])
    table = rows_of(outcomes)
    biased = table["ssim"].mean()
    weighted = np.average(table["ssim"], weights=table["weight"])
    assert abs(honest - quality.mean()) < 0.02
    assert abs(biased - quality.mean()) > 0.05
    assert abs(weighted - quality.mean()) < 0.02


def test_served_rows_never_count_more_than_the_table() -> None:
    """However many there are, and they never pass for images that every tracing was tried on."""
    measured = rows_of([converted("x", [tried(one) for one in (SMALL, LARGE, PLAIN)])])
    measured = measured.drop(columns=["weight", "conversion_id"])
    served = rows_of([converted(f"i{n}", [tried(one) for one in (SMALL, LARGE, PLAIN)]) for n in range(20)])
    table = joined(measured, served)
    own = table["conversion_id"] == ""
    assert table.loc[own, "weight"].tolist() == [1.0] * 3
    assert table.loc[~own, "weight"].sum() == pytest.approx(3)
    assert wholly_measured(table).tolist() == own.tolist()
    assert joined(measured, served.iloc[:0])["weight"].tolist() == [1.0] * 3
