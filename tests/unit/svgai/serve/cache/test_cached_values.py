"""Conversions come back as they were, and what anybody else wrote does not."""

import json
import math
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from svgai.convert.finishing.finish import Finish
from svgai.measure.promise import Promise
from svgai.measure.quality import Quality
from svgai.serve.cache.cached_values import ELEMENTS, LARGEST_VALUE, from_bytes, to_bytes
from svgai.trace.parameters import TracingParameters
from tests.fakes.serving_fakes import conversion
from tests.unit.test_docs import rows
from tests.unit.test_svg_page import PAGE, drawings

SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9" viewBox="0 0 9 9"><path d="M0 0h9"/></svg>'
FIGURES = st.floats(0, 1)
NO_LIMIT = Promise(target=0.95, min_worst=0.8, max_delta_e=math.inf)


@given(FIGURES, FIGURES, st.floats(0, 100), st.integers(1, 10**7), st.sampled_from([None, "text"]), st.booleans())
def test_a_conversion_comes_back_as_it_was(
    ssim: float, worst: float, delta_e: float, size: int, logo_type: Any, empty: bool
) -> None:
    """To the last digit, whatever was measured."""
    quality = Quality(ssim=ssim, worst=worst, edge_ssim=ssim, delta_e=delta_e, bytes=size, paths=3)
    parameters = TracingParameters(upscale=3, simplify=delta_e / 10)
    kept = conversion(
        svg=SVG, quality=quality, parameters=parameters, logo_type=logo_type, empty=empty, promise=NO_LIMIT
    )
    assert from_bytes(to_bytes(kept)) == kept


def test_everything_that_is_drawn_may_be_kept() -> None:
    """Every drawing that the writer makes, also finished for people; its elements are those of docs/svg.md."""
    quality = conversion().quality
    for svg in drawings():
        finished = [svg, *(Finish(pretty=True).of(svg, quality) for _ in range('in" height' not in svg))]
        for one in finished:
            assert from_bytes(to_bytes(conversion(svg=one))) is not None, one
    assert {name for name, *_ in rows(PAGE, "| element | attributes | for |")} == ELEMENTS


@pytest.mark.parametrize(
    "inside",
    [
        "<script>alert(1)</script>",
        '<a href="https://example.com"><path d="M0 0"/></a>',
        '<path onclick="alert(1)" d="M0 0"/>',
        '<path\tOnLoad="alert(1)" d="M0 0"/>',
        '<path d="M0 0" style="fill:url(https://example.com)"/>',
        '<path d="M0 0" fill="url(//example.com/a)"/>',
        '<path d="M0 0" fill="javascript:alert(1)"/>',
        '<image href="data:image/png;base64,AA"/>',
        '<use xlink:href="#a"/>',
        '<foreignObject><path d="M0 0"/></foreignObject>',
        "text",
        "&lt;",
        "<!--><script>alert(1)</script>-->",
        "<![CDATA[<script>]]>",
        "<path d='M0 0'/>",
        "<path",
        '<?xml-stylesheet href="a"?>',
    ],
)
def test_an_svg_that_could_do_more_than_draw_is_none(inside: str) -> None:
    """Whoever can write to the store runs no script in the page of a client."""
    assert from_bytes(to_bytes(conversion(svg=SVG))) is not None
    assert from_bytes(to_bytes(conversion(svg=SVG.replace("<path", f"{inside}<path")))) is None
    assert from_bytes(to_bytes(conversion(svg=inside + SVG))) is None
    assert from_bytes(to_bytes(conversion(svg=SVG + inside))) is None


def _without(name: str) -> Callable[[dict[str, Any]], Any]:
    return lambda value: {key: kept for key, kept in value.items() if key != name}


@pytest.mark.parametrize(
    "change",
    [
        _without("svg"),
        _without("quality"),
        lambda value: value | {"trials": "many"},
        lambda value: value | {"logo_type": "photograph"},
        lambda value: value | {"parameters": {"upscale": 99}},
        lambda value: value | {"quality": {"ssim": "good"}},
        lambda value: [value],
        lambda _: None,
        lambda _: "svg",
    ],
)
def test_a_value_of_another_shape_is_none(change: Callable[[Any], object]) -> None:
    """Fields that lack, or are of another kind."""
    value = json.loads(to_bytes(conversion(svg=SVG)))
    assert from_bytes(json.dumps(change(value)).encode()) is None


@given(st.binary(max_size=200))
def test_no_bytes_raise(value: bytes) -> None:
    """Whatever is there is no conversion, pickles among it."""
    assert from_bytes(value) is None
    assert from_bytes(to_bytes(conversion(svg=SVG))[: len(value)]) is None


def test_a_value_that_is_too_long_is_none() -> None:
    """Nothing is read of what is longer than any value of ours."""
    assert from_bytes(to_bytes(conversion(svg=SVG)).ljust(LARGEST_VALUE + 1)) is None
