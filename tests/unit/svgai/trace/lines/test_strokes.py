"""Lines lifted off a map and drawn with a pen."""

import re

import numpy as np
import pytest

from svgai.array_types import Pixels
from svgai.choose.trials import Trial, TrialMaker
from svgai.decode.pixels import composite
from svgai.measure.promise import Promise
from svgai.measure.rendering import render
from svgai.trace.parameters import Strokes, TracingParameters

_ICON = (
    '<g fill="none" stroke="#036" stroke-width="6"><circle cx="44" cy="44" r="28"/><path d="M64 64 100 100"/>'
    '<path d="M100 12C120 40 80 60 110 84"/><path d="M12 100C30 80 40 120 60 104"/></g>'
)
_PARAMETERS = TracingParameters(upscale=2, grid=4, simplify=1.6)


def _image(body: str, ground: str = "", size: int = 128) -> Pixels:
    whole = f'<rect width="{size}" height="{size}" fill="{ground}"/>' if ground else ""
    return render(
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}">{whole}{body}</svg>', size, size
    )


def _made(image: Pixels, strokes: Strokes = "auto") -> Trial:
    return TrialMaker(image, strokes).made(_PARAMETERS, Promise(0.9, 0.8, 3.0))


@pytest.mark.parametrize("ground", ["", "#fff", "#fd0"])
def test_an_icon_of_lines_is_smaller_with_strokes_and_keeps_its_promise(ground: str) -> None:
    lines, areas = (_made(_image(_ICON, ground), strokes) for strokes in ("auto", "never"))
    assert "stroke-width" in lines.svg
    assert lines.quality.bytes < areas.quality.bytes
    assert lines.quality.worst >= 0.8


def test_a_stroke_has_the_width_of_its_line() -> None:
    svg = _made(_image(_ICON, "#fff")).svg
    (width,) = map(float, re.findall(r'stroke-width="([\d.]+)"', svg))
    assert width / _PARAMETERS.grid == pytest.approx(6, abs=0.3)


def test_strokes_can_be_left_out() -> None:
    assert "stroke" not in _made(_image(_ICON, "#fff"), "never").svg


def test_strokes_alone_fill_nothing() -> None:
    svg = _made(_image(_ICON + '<path d="M70 110h30v12h-30z"/>', "#fff"), "only").svg
    elements = re.findall(r"<(?:path|circle|ellipse|rect)[^>]*>", svg)
    assert elements
    assert all('fill="none"' in element and "stroke=" in element for element in elements)


def test_strokes_alone_show_what_is_translucent() -> None:
    circle = '<circle cx="64" cy="64" r="40" stroke="#c00" stroke-opacity=".5" stroke-width="6" fill="none"/>'
    svg = _made(_image(circle), "only").svg
    assert re.findall(r'stroke="#c[^"]*"', svg)


def test_a_page_too_narrow_for_strokes_has_none() -> None:
    image = np.full((1, 120, 4), 255, np.uint8)
    image[:, ::2, :3] = 0
    assert "stroke" not in _made(image).svg


@pytest.mark.slow
def test_thousands_of_single_pixels_are_not_outlined_to_find_lines() -> None:
    """A checkerboard is one area that touches itself at its corners alone."""
    rows, columns = np.indices((96, 96))
    image = np.full((96, 96, 4), 255, np.uint8)
    image[(rows + columns) % 2 == 0, :3] = 0
    assert _made(image).svg


def test_a_ring_leaves_no_disc_within_it() -> None:
    svg = _made(_image('<circle cx="64" cy="64" r="50" fill="none" stroke="#000" stroke-width="8"/>', "#fff")).svg
    assert svg.count("<circle") == 1
    assert svg.count("<path") == 1, "the ground alone"


def test_lines_of_one_pixel_without_anti_aliasing_stay_whole() -> None:
    image = np.zeros((160, 160, 4), np.uint8)
    angle = np.linspace(0, 2 * np.pi, 4000)
    for radius in (20, 32, 44, 56, 68):
        image[np.rint(80 + radius * np.sin(angle)).astype(int), np.rint(80 + radius * np.cos(angle)).astype(int)] = (
            120,
            72,
            20,
            255,
        )
    drawn = render(_made(image).svg, 160, 160)[..., 3] > 40
    around = np.zeros_like(drawn)
    for down in (-1, 0, 1):
        for right in (-1, 0, 1):
            around |= np.roll(drawn, (down, right), axis=(0, 1))
    assert around[image[..., 3] > 0].mean() > 0.95


def test_areas_of_one_colour_that_no_pen_draws_stay_as_they_are() -> None:
    image = _image('<path d="M20 20h60v60h-60z" fill="#c00"/>', "#fff")
    assert (composite(render(_made(image).svg, 128, 128), 255)[50, 50] == [204, 0, 0]).all()
