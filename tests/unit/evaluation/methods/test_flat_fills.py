"""The flat fills that tracing is compared with."""

import pytest

from evaluation.methods.flat_fills import FLAT_FILLS
from svgai.trace.parameters import TracingParameters
from svgai.trace.tracer import trace
from tests.fakes.tiny_models import drawn_logo


def test_there_are_enough_to_choose_from() -> None:
    """Some two dozen, each another way to trace, over all that flat fills depend on."""
    settings = list(FLAT_FILLS.values())
    assert 16 <= len(settings) <= 24
    assert len(set(settings)) == len(settings)
    assert {one.upscale for one in settings} == {1, 2, 3}
    assert {one.palette_size for one in settings} >= {0, 8, 16, 32}
    assert {one.clustering for one in settings} == {"color-cluster", "watershed"}
    assert {one.simplify for one in settings} == {0.5, 1, 2}


@pytest.mark.parametrize("name", FLAT_FILLS)
def test_each_paints_flat(name: str) -> None:
    """None uses colour models, so none writes a gradient."""
    assert FLAT_FILLS[name].colour_models == "none"
    assert "Gradient" not in trace(drawn_logo(1, 32), FLAT_FILLS[name])


def test_a_name_tells_the_setting() -> None:
    """What differs between settings stands in it."""
    assert FLAT_FILLS["x3, 16 colours, watershed 128, simplify 1, speckle 6"].watershed_detail == 128
    assert FLAT_FILLS["x1, simplify 0.5, speckle 4"].layer_difference == 16


def test_the_defaults_may_move_without_them() -> None:
    """They name their own value of every parameter but those that only colour models have."""
    of_colour_models = {"gradient_stops", "merge_distance", "thin_strokes", "grid", "refine_to"}
    named = set(TracingParameters.model_fields) - of_colour_models
    assert all(setting.model_fields_set == named for setting in FLAT_FILLS.values())
