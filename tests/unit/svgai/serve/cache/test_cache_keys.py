"""What is equal has one key, and what is not has another."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from svgai.convert.conversion import ConversionOptions
from svgai.convert.cutter import Cutter
from svgai.convert.finishing.finish import Finish
from svgai.logo_types import LOGO_TYPES
from svgai.serve.cache.cache_keys import cache_key
from svgai.trace.parameters import TracingParameters

OPTIONS = ConversionOptions(targets=dict.fromkeys(LOGO_TYPES, 0.9))
OWN = TracingParameters(upscale=3)


def _key(options: ConversionOptions = OPTIONS, image: str = "x", models: str = "m", code: str = "c") -> str:
    return cache_key(image, options, models, code)


@pytest.mark.parametrize(
    "changes",
    [
        {"targets": OPTIONS.targets | {"text": 0.8}},
        {"max_delta_e": 2.0},
        {"min_worst": 0.0},
        {"max_bytes": 900},
        {"target_quality": 0.9},
        {"parameters": OWN},
        {"parameters": TracingParameters(upscale=4)},
        {"max_trials": 3},
        {"strokes": "never"},
        {"background": "remove"},
        {"background": "#ffffff"},
        {"monochrome": "currentColor"},
        {"monochrome": "#000000"},
        {"units": "mm"},
        {"cutter": Cutter(0, "mm")},
        {"cutter": Cutter(1, "mm")},
        {"cutter": Cutter(1, "px")},
        {"finish": Finish(precision=2)},
        {"finish": Finish(palette=("#ffffff",))},
        {"finish": Finish(pretty=True)},
        {"measured_side": 512},
    ],
)
def test_every_option_that_changes_the_answer_changes_the_key(changes: dict[str, Any]) -> None:
    """Limits that come from settings among them."""
    assert _key(replace(OPTIONS, **changes)) != _key()


def test_image_models_and_code_change_the_key() -> None:
    """Each by itself, and none can pass for a part of another."""
    assert len({_key(), _key(image="y"), _key(models="n"), _key(code="d"), _key(models="mc", code="")}) == 5


@pytest.mark.parametrize(
    "one,other",
    [
        ({"background": "#fff"}, {"background": "#FFFFFF"}),
        ({"monochrome": "#A0b"}, {"monochrome": "#aa00bb"}),
        ({"time_limit_s": 6.0}, {"time_limit_s": 12.0}),
        ({"parameters": OWN, "max_trials": 4}, {"parameters": TracingParameters(upscale=3.0), "max_trials": 1}),
    ],
)
def test_ways_to_write_the_same_have_one_key(one: dict[str, Any], other: dict[str, Any]) -> None:
    """Colours, whole numbers, and what does not count beside what else is asked."""
    assert _key(replace(OPTIONS, **one)) == _key(replace(OPTIONS, **other))


@given(st.text(max_size=50), st.text(max_size=50))
def test_different_images_have_different_keys(one: str, other: str) -> None:
    """And the same image the same one, 64 hexadecimal digits."""
    assert (_key(image=one) == _key(image=other)) is (one == other)
    assert int(_key(image=one), 16) >= 0
    assert len(_key(image=one)) == 64
