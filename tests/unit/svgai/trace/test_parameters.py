from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from svgai.trace.parameters import TracingParameters


def test_every_parameter_has_a_default_and_a_description() -> None:
    """Nothing must be given, and what can be given is described to users."""
    assert TracingParameters() == TracingParameters.model_validate({})
    assert all(field.description for field in TracingParameters.model_fields.values())


@pytest.mark.parametrize(
    "given_",
    [
        {"upscale": 0}, {"upscale": 5}, {"grid": 0}, {"simplify": -0.1}, {"simplify": 17}, {"palette_size": 65},
        {"merge_distance": 21}, {"gradient_stops": 1}, {"corner_threshold": 181}, {"colour_models": "some"},
        {"mode": "pixel"}, {"unheard_of": 1}, {"simplify": "much"},
    ],
)  # fmt: skip
def test_what_is_out_of_range_or_unknown_is_refused(given_: dict[str, Any]) -> None:
    """A value outside its range, an unknown choice or an unknown name is refused by name."""
    with pytest.raises(ValidationError, match=next(iter(given_))):
        TracingParameters.model_validate(given_)


def test_parameters_are_values() -> None:
    """They cannot be changed, and equal ones are one key."""
    parameters = TracingParameters(grid=4)
    with pytest.raises(ValidationError):
        parameters.grid = 5  # type: ignore[misc]
    assert len({parameters, TracingParameters(grid=4), TracingParameters(grid=5)}) == 2


@given(simplify=st.floats(0, 4), grid=st.integers(1, 8), mode=st.sampled_from(["spline", "polygon", "pixels"]))
@settings(max_examples=20, deadline=None)
def test_parameters_survive_json(simplify: float, grid: int, mode: str) -> None:
    """Written as JSON and read again they are the same."""
    parameters = TracingParameters.model_validate({"simplify": simplify, "grid": grid, "mode": mode})
    assert TracingParameters.model_validate_json(parameters.model_dump_json()) == parameters
