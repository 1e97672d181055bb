"""What finished SVGs are turned into, and what it leaves as it was."""

import re
import xml.etree.ElementTree as ET

import numpy as np
import pytest

from svgai.array_types import Pixels
from svgai.convert.finishing.finish import Finish
from svgai.convert.finishing.palette import palette_of
from svgai.convert.finishing.path_rounding import Decimals, rounded_path
from svgai.measure.quality import Quality, Reference
from svgai.measure.rendering import render
from tests.unit.test_svg_page import SIDE, drawings

DRAWINGS = [svg for svg in drawings() if 'in" height' not in svg]  # real units come after all this
QUALITY = Quality(0.98765, 0.9, 0.95, 0.2, 100, 1)


def difference(first: str, second: str, side: int = 3 * SIDE) -> float:
    """The largest difference of two drawings, in levels of premultiplied colours."""

    def shown(svg: str) -> Pixels:
        rgba = render(svg, side, side).astype(np.float32)
        return np.dstack([rgba[..., :3] * rgba[..., 3:] / 255, rgba[..., 3]])

    return float(np.abs(shown(first) - shown(second)).max())


@pytest.mark.parametrize("svg", DRAWINGS)
def test_nothing_is_changed_where_nothing_is_asked(svg: str) -> None:
    """Byte for byte."""
    assert Finish().of(svg, QUALITY) == svg
    assert not Finish().asks


@pytest.mark.parametrize("svg", DRAWINGS)
def test_many_decimals_change_no_pixel(svg: str) -> None:
    """Whatever the writer can write: outlines, shapes, pens, gradients, masks, moved parts."""
    assert difference(svg, Finish(precision=4).of(svg, QUALITY)) <= 3


@pytest.mark.parametrize("svg", DRAWINGS)
def test_a_designers_file_shows_the_same(svg: str) -> None:
    """Groups, ids and line breaks change no pixel."""
    pretty = Finish(pretty=True).of(svg, QUALITY)
    assert difference(svg, pretty) == 0
    ids = re.findall(r' id="([^"]+)"', pretty)
    assert len(ids) == len(set(ids))
    assert "<!-- ssim 0.9877, worst 0.9000" in pretty
    assert len(pretty.splitlines()) > pretty.count("/>")


@pytest.mark.parametrize("decimals", [0, 1, 2])
def test_coordinates_are_pixels_with_so_many_decimals(decimals: int) -> None:
    """None has more; the view box is the image."""
    svg = (
        '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="30" viewBox="0 0 120 90">'
        '<path d="m10 11c20 0 31-7 41 10s10 20 20 31L4 85zm50 3h13v-7a5 5 0 1 1-10 0z"/>'
        '<circle cx="61" cy="40" r="7"/></svg>'
    )
    done = Finish(precision=decimals).of(svg, QUALITY)
    assert 'viewBox="0 0 40 30"' in done
    numbers = re.findall(r"-?\d*\.?\d+", " ".join(re.findall(r' (?:d|cx|cy|r)="([^"]*)"', done)))
    assert max(len(number.partition(".")[2]) for number in numbers) == decimals
    assert difference(svg, done, 240) < 256
    assert Reference(render(svg, 240, 180)).measure(done).ssim > (0.8, 0.97, 0.99)[decimals]


def test_errors_of_rounding_do_not_add_up() -> None:
    """A thousand steps of a third of a pixel end where they should."""
    data = "m0 0" + "l1 1" * 1000
    rounded = rounded_path(data, Decimals(1 / 3, 1))
    steps = [float(number) for number in re.findall(r"-?\d*\.?\d+", rounded)]
    assert sum(steps[2::2]) == pytest.approx(1000 / 3, abs=0.1)


def test_colours_become_those_of_the_palette() -> None:
    """The nearest to the eye, stops of gradients and black that is not written included; opacities stay."""
    svg = (
        '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9" viewBox="0 0 9 9">'
        '<linearGradient id="g"><stop stop-color="#f00"/><stop offset="1" stop-color="#0101ff"/></linearGradient>'
        '<path d="m0 0h9v9z"/><path fill="#e8e8e8" fill-opacity=".5" d="m0 0h9v9z"/>'
        '<path fill="url(#g)" d="m0 0h9v9z"/>'
        '<path fill="none" stroke="#c21" stroke-width="2" d="m0 0l9 9"/></svg>'
    )
    done = Finish(palette=palette_of("#fff, #d22630,#003da5")).of(svg, QUALITY)
    root = ET.fromstring(done)
    colours = [
        value
        for element in root.iter()
        for name, value in element.attrib.items()
        if "color" in name or name in ("fill", "stroke")
    ]
    assert colours == ["#d22630", "#003da5", "#003da5", "#ffffff", "url(#g)", "none", "#d22630"]
    assert 'fill-opacity=".5"' in done


@pytest.mark.parametrize("text", ["", "red", "#12", "#123456,", ",".join(["#000"] * 65)])
def test_a_palette_is_colours_with_commas(text: str) -> None:
    """Anything else is refused with what is meant."""
    with pytest.raises(ValueError, match="commas"):
        palette_of(text)


def test_black_becomes_the_colour_of_the_text() -> None:
    """One attribute of the root for fills, one for each stroke."""
    svg = (
        '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9" viewBox="0 0 9 9"><path d="m0 0h9v9z"/>'
        '<path fill="none" stroke="#000" stroke-width="2" d="m0 0l9 9"/></svg>'
    )
    done = Finish(current_colour=True).of(svg, QUALITY)
    assert done.count("currentColor") == 2
    assert difference(svg, done) == 0
    coloured = done.replace("<svg ", '<svg color="#f00" ')
    assert (render(coloured, 9, 9)[1, 8] == [255, 0, 0, 255]).all()


def test_masks_stay_what_they_are() -> None:
    """Their greys are opacities, not colours."""
    (svg,) = [svg for svg in DRAWINGS if "<mask" in svg][:1]
    mask = re.search(r"<mask.*?</mask>", svg)
    assert mask
    assert mask[0] in Finish(palette=("#ff0000",)).of(svg, QUALITY)
    inked = Finish(current_colour=True).of(svg, QUALITY)
    assert '<mask id="a" fill="#000">' in inked
    assert difference(svg, inked) == 0
