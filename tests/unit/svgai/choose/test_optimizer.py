"""The surrogate's scales, its predictions, and the choice among them."""

import json
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
import xgboost
from hypothesis import given
from hypothesis import strategies as st

from svgai.choose.optimizer import (
    Candidate,
    Optimizer,
    choose,
    load_optimizer,
    pareto_front,
    tracing_row,
)
from svgai.describe.features import FEATURE_NAMES
from svgai.errors import ModelFault
from svgai.logo_types import LOGO_TYPES
from svgai.measure.outcome_scales import SIZE
from svgai.measure.promise import Promise
from svgai.model_files.model_pair import Models, model_input
from svgai.trace.parameters import TRACING_NAMES, TracingParameters
from tests.fakes.tiny_models import TRACINGS, drawn_logo

unit = st.floats(0, 1)
candidates = st.lists(
    st.builds(
        Candidate,
        parameters=st.just(TracingParameters()),
        ssim=unit,
        ssim_low=unit,
        worst=st.floats(-1, 1),
        edge_ssim=unit,
        delta_e=st.floats(0, 10),
        bytes=st.integers(1, 10_000),
        seconds=unit,
    ),
    min_size=1,
    max_size=12,
)


@pytest.fixture
def booster(models_folder: Path) -> xgboost.Booster:
    """The tiny surrogate, free to be spoiled."""
    return xgboost.Booster(model_file=bytearray((models_folder / "optimizer.xgb").read_bytes()))


promises = st.builds(
    Promise, unit, st.sampled_from([0.0, 0.3, 0.8]), st.floats(0, 10), st.none() | st.integers(1, 10_000)
)


@given(candidates, promises)
def test_a_choice_is_the_smallest_that_surely_suits(pool: list[Candidate], promise: Promise) -> None:
    """Nothing smaller was sure to suit; where nothing suits, nothing allowed was likelier to."""
    max_bytes, max_delta_e, least = promise.max_bytes, promise.max_delta_e, promise.min_worst
    chosen = choose(pool, promise)
    assert chosen in pool
    allowed = [c for c in pool if max_bytes is None or c.bytes <= max_bytes]
    if not allowed:
        assert chosen.bytes == min(c.bytes for c in pool)
        return
    assert chosen in allowed
    whole = [c for c in allowed if least == 0 or c.worst >= least]
    sure = [c for c in whole if c.ssim_low >= promise.target and c.delta_e <= max_delta_e]
    if sure:
        assert chosen in sure
        assert chosen.bytes == min(c.bytes for c in sure)
    else:
        fair = [c for c in allowed if c.delta_e <= max_delta_e] or allowed
        assert chosen in fair
        likely = [c for c in fair if c in whole]
        if likely:
            assert chosen.ssim_low == max(c.ssim_low for c in likely)
        else:
            assert chosen.worst == max(c.worst for c in fair)


def test_what_would_lose_a_place_is_not_chosen() -> None:
    """The smallest that reaches the target is passed over where its poorest place falls short of what is promised."""
    small = Candidate(TracingParameters(), 0.97, 0.96, 0.4, 0.9, 1.0, 500, 0.1)
    whole = replace(small, worst=0.85, bytes=900)
    assert choose([small, whole], Promise(0.95, 0.8, 3.0)) == whole
    assert choose([small, whole], Promise(0.95, 0.0, 3.0)) == small


def test_where_all_would_lose_a_place_the_one_that_loses_least_is_chosen() -> None:
    """Rather than the one with the best mean."""
    smooth = Candidate(TracingParameters(), 0.99, 0.98, 0.2, 0.9, 1.0, 500, 0.1)
    nearer = replace(smooth, ssim=0.94, ssim_low=0.93, worst=0.7)
    assert choose([smooth, nearer], Promise(0.95, 0.8, 3.0)) == nearer


@given(candidates)
def test_a_front_holds_all_that_is_unbeaten(pool: list[Candidate]) -> None:
    """Strictly rising in both, and everything left out is beaten by or equal to a member."""
    front = pareto_front(pool)
    for first, second in pairwise(front):
        assert first.bytes < second.bytes
        assert first.ssim < second.ssim
    for candidate in pool:
        assert any(member.bytes <= candidate.bytes and member.ssim >= candidate.ssim for member in front)


def test_a_tracing_is_a_row_of_numbers() -> None:
    """Numbers stay, choices become their place in the list of choices, each field has its column."""
    row = dict(zip(TRACING_NAMES, tracing_row(TracingParameters(upscale=2, mode="polygon", simplify=0.5)), strict=True))
    assert (row["upscale"], row["mode"], row["simplify"]) == (2, 1, 0.5)
    assert dict(zip(TRACING_NAMES, tracing_row(TracingParameters()), strict=True))["mode"] == 0


def test_candidates_come_smallest_first(tiny_models: Models) -> None:
    """One prediction an image in order, each tracing of the portfolio once, everything within what can be."""
    analyses = tiny_models.analyse([model_input(drawn_logo(seed)) for seed in (50, 51, 52)])
    features = np.stack([analysis.features for analysis in analyses])
    types = [analysis.logo_type for analysis in analyses]
    together = [prediction.candidates for prediction in tiny_models.optimizer.predict(features, types)]
    assert len(together) == 3
    for found in together:
        assert [c.bytes for c in found] == sorted(c.bytes for c in found)
        assert {c.parameters for c in found} == set(TRACINGS)
        for c in found:
            assert max(c.ssim, c.ssim_low, c.worst, c.edge_ssim) <= 1
            assert c.bytes >= 1
            assert min(c.delta_e, c.seconds) >= 0
    for row in range(3):
        (alone,) = tiny_models.optimizer.predict(features[row : row + 1], types[row : row + 1])
        assert alone.candidates == together[row]


def test_a_prediction_is_a_belief(tiny_models: Models) -> None:
    """It is of the tracings in the portfolio's order, with the doubts that training measured."""
    (found,) = tiny_models.optimizer.predict(np.zeros((1, len(FEATURE_NAMES)), np.float32), ["text"])
    assert found.portfolio == TRACINGS
    by_size = [found.portfolio[m] for m in found.belief.mean[:, SIZE].argsort(kind="stable")]
    assert [c.parameters for c in found.candidates] == by_size
    assert (found.belief.deviation > 0).all()


def test_the_bound_follows_the_type(booster: xgboost.Booster) -> None:
    """A type that is hard to predict gets a lower bound that is further down."""
    booster.set_attr(margins=json.dumps({"simple": 0.0, "text": 0.1, "gradient": 0.5, "complex": 2.0}))
    optimizer = Optimizer(booster, "1")
    features = np.zeros((4, len(FEATURE_NAMES)), np.float32)
    simple, text, gradient, hard = (found.candidates[0] for found in optimizer.predict(features, LOGO_TYPES))
    assert simple.ssim_low == pytest.approx(simple.ssim)
    assert simple.ssim_low > text.ssim_low > gradient.ssim_low > hard.ssim_low


@pytest.mark.parametrize(
    "attributes",
    [
        {"features": json.dumps(FEATURE_NAMES[:-1])},
        {"features": None},
        {"features": "3"},
        {"features": "not json"},
        {"tracing": json.dumps(["upscale"])},
        {"portfolio": "[]"},
        {"portfolio": None},
        {"portfolio": "3"},
        {"portfolio": '[{"upscale": 99}]'},
        {"portfolio": '[{"unheard_of": 1}]'},
        {"margins": None},
        {"margins": "3"},
        {"margins": '{"simple": 0.1}'},
        {"margins": json.dumps(dict.fromkeys(LOGO_TYPES, "wide"))},
        {"covariance": None},
        {"covariance": "[[1, 0], [0, 1]]"},
        {"covariance": "[[1, 0], [0]]"},
        {"covariance": json.dumps([[float("nan")] * 9] * 9)},
    ],
)
def test_a_model_for_other_inputs_is_refused(booster: xgboost.Booster, attributes: dict[str, str | None]) -> None:
    """Other features, tracings, types or a damaged description: a clear fault at load, no odd answer later."""
    booster.set_attr(**attributes)
    with pytest.raises(ModelFault, match="does not fit this version"):
        Optimizer(booster, "1")


def test_a_file_of_another_kind_is_refused(tmp_path: Path) -> None:
    """Garbage, emptiness and absence are model faults."""
    path = tmp_path / "optimizer.xgb"
    with pytest.raises(ModelFault, match="not a readable XGBoost model"):
        load_optimizer(path, "1")
    for content in (b"", b"garbage" * 100, b"{}"):
        path.write_bytes(content)
        with pytest.raises(ModelFault):
            load_optimizer(path, "1")


@pytest.mark.parametrize("share", [0.01, 0.5, 0.9, 0.99999])
def test_a_damaged_file_is_refused(models_folder: Path, tmp_path: Path, share: float) -> None:
    """A model that was cut off does not load, and does not end the process."""
    path = tmp_path / "optimizer.xgb"
    data = (models_folder / "optimizer.xgb").read_bytes()
    path.write_bytes(data[: int(len(data) * share)].rstrip(b"}"))
    with pytest.raises(ModelFault, match="cut off"):
        load_optimizer(path, "1")
