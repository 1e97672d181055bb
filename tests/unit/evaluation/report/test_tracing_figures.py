"""Figures of tracing by type, from outcomes that are made up."""

import json
from collections.abc import Mapping
from dataclasses import asdict

import pandas as pd
import pytest

from evaluation.report.tracing_figures import GOALS, TracingEvaluation, TracingOutcome
from svgai.logo_types import LOGO_TYPES
from svgai.trace.parameters import TracingParameters

FLAT = {name: TracingParameters(colour_models="none") for name in ("large", "fine", "coarse")}


def outcome(
    method: str, size: int, ssim: float = 0.99, setting: str = "", kind: str = "text", seconds: float = 0.1
) -> TracingOutcome:
    return TracingOutcome("logo", kind, method, setting, ssim, 0.8, 0.9, 0.5, size, 3, seconds)


def evaluation(*outcomes: TracingOutcome) -> TracingEvaluation:
    table = pd.DataFrame([asdict(one) for one in outcomes])
    return TracingEvaluation(table, TracingParameters(), FLAT, (("bad.png", "damaged"),), ())


def flat_fills(sizes: Mapping[str, int], ssims: Mapping[str, float]) -> list[TracingOutcome]:
    return [outcome("flat fills", sizes[name], ssims[name], name) for name in FLAT]


SSIMS = {"large": 0.98, "fine": 0.96, "coarse": 0.90}


def test_flat_fills_are_the_best_of_no_more_bytes() -> None:
    """A setting with a higher ssim does not count where it needs more bytes than ours; one of as many does."""
    found = evaluation(outcome("ours", 1000), *flat_fills({"large": 1001, "fine": 1000, "coarse": 500}, SSIMS))
    assert found.chosen() == {"text": "fine"}
    assert found.settings()["chosen"].to_dict() == {
        ("text", "large"): False,
        ("text", "fine"): True,
        ("text", "coarse"): False,
    }


def test_where_all_are_larger_the_smallest_stands_for_them() -> None:
    """Whatever its ssim: nothing is nearer to the size of ours."""
    found = evaluation(outcome("ours", 100), *flat_fills({"large": 900, "fine": 700, "coarse": 500}, SSIMS))
    assert found.chosen() == {"text": "coarse"}


def test_sizes_are_compared_by_means_within_a_type() -> None:
    """One large image does not rule a setting out, and another type has a choice of its own."""
    found = evaluation(
        *(outcome("ours", 1000, kind=kind) for kind in ("text", "text", "simple")),
        *(outcome("flat fills", size, 0.97, "fine") for size in (1500, 400)),
        *(outcome("flat fills", 300, 0.9, "coarse") for _ in range(2)),
        outcome("flat fills", 1500, 0.97, "fine", "simple"),
        outcome("flat fills", 300, 0.9, "coarse", "simple"),
    )
    assert found.chosen() == {"text": "fine", "simple": "coarse"}
    assert set(found.compared()["setting"]) == {"", "fine", "coarse"}
    assert len(found.compared()) == 6


def test_the_summary_tells_means_medians_and_slow_ones() -> None:
    """Types and methods in their order; kB are 1000 bytes, times milliseconds."""
    times = [0.1] * 19 + [1.1]
    found = evaluation(
        *(outcome("ours", 2000, kind="complex", seconds=seconds) for seconds in times),
        outcome("ours", 1000, ssim=0.9),
        outcome("ours", 4000, ssim=1.0),
        outcome("default", 9000),
        *flat_fills({"large": 900, "fine": 700, "coarse": 500}, SSIMS),
        outcome("flat fills", 900, setting="fine", kind="complex"),
    )
    summary = found.summary()
    assert list(summary.index) == [
        ("text", "default"),
        ("text", "flat fills"),
        ("text", "ours"),
        ("complex", "flat fills"),
        ("complex", "ours"),
    ]
    ours = summary.loc["text", "ours"]
    assert (ours["images"], ours["ssim"], ours["kb"], ours["median_bytes"]) == (2, pytest.approx(0.95), 2.5, 2500)
    slow = summary.loc["complex", "ours"]
    assert (slow["median_ms"], slow["p95_ms"]) == (pytest.approx(100), pytest.approx(150))


@pytest.mark.parametrize(
    "ssim, size, met", [(0.95, 7000, True), (0.9499, 7000, False), (0.95, 7001, False), (0.99, 100, True)]
)
def test_a_goal_is_met_by_all_its_figures(ssim: float, size: int, met: bool) -> None:
    """Exactly reached is reached; one figure that misses is enough to miss."""
    found = evaluation(outcome("ours", size, ssim), outcome("flat fills", size, 0.9, "fine"))
    goals = found.goals()
    assert list(goals.columns) == ["ssim", "ssim_goal", "delta_e", "delta_e_goal", "kb", "kb_goal", "met"]
    assert bool(goals.loc["text", "met"]) is met
    assert (goals.loc["text", "ssim_goal"], goals.loc["text", "kb_goal"]) == (0.95, 7)


def test_every_type_has_a_goal() -> None:
    """In the order of the types."""
    assert tuple(GOALS) == LOGO_TYPES


def test_everything_is_json() -> None:
    """Strict JSON with the figures of all flat fills, and the outcomes of those that were chosen."""
    found = evaluation(outcome("ours", 1000), *flat_fills({"large": 1001, "fine": 1000, "coarse": 500}, SSIMS))
    content = json.loads(json.dumps(found.as_dict(), allow_nan=False))
    assert content["flat_fills"]["text"]["setting"] == "fine"
    assert content["flat_fills"]["text"]["parameters"]["colour_models"] == "none"
    assert content["ours"] == TracingParameters().model_dump()
    assert [one["setting"] for one in content["outcomes"]] == ["", "fine"]
    assert len(content["settings"]) == 3
    assert (content["goals"][0]["type"], content["goals"][0]["met"]) == ("text", True)
    assert content["skipped"] == [["bad.png", "damaged"]]
