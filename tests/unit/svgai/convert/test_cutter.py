"""What cutters are asked for, and what they get of a picture."""

import re
from dataclasses import replace

import cv2
import numpy as np
import pytest
import shapely

from svgai.array_types import Pixels
from svgai.convert.conversion import ConversionOptions, convert
from svgai.convert.cutter import as_cut, cutter_of, require_fills
from svgai.decode.image_resolution import Resolution
from svgai.errors import InvalidParameters
from svgai.logo_types import LogoType
from svgai.trace.parameters import TracingParameters
from tests.inputs.svg_parts import parts_of, pieces_of

TARGETS: dict[LogoType, float] = {"simple": 0.95, "text": 0.9, "gradient": 0.85, "complex": 0.75}
OPTIONS = ConversionOptions(TARGETS)
SIDE = 96


def picture() -> Pixels:
    """A shaded disc with a hairline, a fine ring and a square that lies over both, on white."""
    times = 8
    page = np.full((SIDE * times, SIDE * times, 3), 255, np.uint8)
    cv2.circle(page, (40 * times, 48 * times), 30 * times, (200, 60, 40), -1)
    cv2.line(page, (8 * times, 10 * times), (88 * times, 10 * times), (0, 0, 0), int(1.5 * times))
    cv2.circle(page, (74 * times, 30 * times), 12 * times, (0, 120, 0), 2 * times)
    cv2.rectangle(page, (50 * times, 40 * times), (80 * times, 80 * times), (40, 40, 200), -1)
    small = cv2.resize(page, (SIDE, SIDE), interpolation=cv2.INTER_AREA)
    return np.dstack([small, np.full((SIDE, SIDE), 255, np.uint8)])


def cut(rgba: Pixels, least: str, resolution: Resolution | None = None, **options: object) -> str:
    asked = replace(OPTIONS, cutter=cutter_of(least), **options)  # type: ignore[arg-type]
    return convert(rgba, None, asked, resolution).svg


@pytest.mark.parametrize(
    "text", ["", "1", "mm", "-1mm", "1cm", "1 mm", "1e3mm", "1000mm", "1mm\n", "1,5mm", "\u0661mm"]
)
def test_what_is_no_width_is_refused(text: str) -> None:
    """A number and its unit are asked for."""
    with pytest.raises(ValueError, match="1mm"):
        cutter_of(text)


@pytest.mark.parametrize(
    "text, resolution, pixels",
    [
        ("3px", Resolution(300, 300), 3),
        ("25.4mm", Resolution(300, 300), 300),
        ("0.5in", None, 48),
        ("1in", Resolution(204, 98), 204),
        ("0mm", None, 0),
    ],
)
def test_a_width_is_pixels_by_the_resolution(text: str, resolution: Resolution | None, pixels: float) -> None:
    """96 an inch where the file names none; of pixels that are not square the shorter side counts."""
    assert cutter_of(text).least_pixels(resolution) == pytest.approx(pixels)


def test_strokes_and_pixels_leave_nothing_to_cut() -> None:
    """The message says which option is in the way."""
    with pytest.raises(ValueError, match="strokes"):
        require_fills("only", None)
    with pytest.raises(ValueError, match="mode"):
        require_fills("auto", TracingParameters(mode="pixels"))
    require_fills("never", TracingParameters())
    assert as_cut(TracingParameters()).colour_models == "flat"


def test_parts_lie_beside_each_other() -> None:
    """Fills without strokes, gradients or groups; on an opaque picture they cover the page once."""
    svg = cut(picture(), "0mm")
    assert set(re.findall(r"<(\w+)", svg)) == {"svg", "path"}
    assert set(re.findall(r" ([\w-]+)=", svg)) == {"xmlns", "width", "height", "viewBox", "fill", "d"}
    areas = [area for _, area in parts_of(svg.replace('mm"', '"').replace('width="25.4"', f'width="{SIDE}"'))]
    length = sum(area.length for area in areas)
    together = shapely.union_all(areas)
    assert len(areas) >= 4
    assert sum(area.area for area in areas) - together.area <= 0.02 * length
    assert abs(SIDE * SIDE - together.area) <= 0.02 * length


@pytest.mark.parametrize("least", [3, 5])
def test_nothing_is_narrower_than_asked(least: int) -> None:
    """Every piece holds a disc of nearly that width, and is little more than such discs: hairline and ring are gone."""
    svg = cut(picture(), f"{least}px", Resolution(25.4, 25.4))  # a pixel is a millimetre
    assert f'width="{SIDE}mm"' in svg
    fine = len(pieces_of(cut(picture(), "0px", Resolution(25.4, 25.4))))
    pieces = pieces_of(svg)
    assert 3 <= len(pieces) < fine
    for piece in pieces:
        core = piece.buffer(-0.45 * least)
        assert not core.is_empty
        assert (piece - core.buffer(0.8 * least)).area < 0.5


@pytest.mark.slow
def test_a_size_on_paper_counts() -> None:
    """The same millimetre is more pixels of a finer scan, and the drawing is smaller."""
    coarse, fine = (cut(picture(), "0.5mm", Resolution(dots, dots)) for dots in (72, 600))
    assert 'width="33.867mm"' in coarse
    assert 'width="4.064mm"' in fine
    assert coarse.count("M") + coarse.count("m") > fine.count("M") + fine.count("m")
    assert 'width="0.96in"' in cut(picture(), "1px", Resolution(100, 100), units="in")


def test_soft_edges_are_cut_where_they_are_half_opaque() -> None:
    """A disc with a wide soft edge on a clear page is one part, without a mask or opacity."""
    y, x = np.mgrid[:SIDE, :SIDE] + 0.5
    alpha = np.clip((36 - np.hypot(x - 48, y - 48)) / 12 + 0.5, 0, 1) * 255
    rgba = np.dstack([np.full((SIDE, SIDE, 3), (200, 30, 40)), alpha]).astype(np.uint8)
    svg = cut(rgba, "1px", Resolution(25.4, 25.4))
    ((_, disc),) = parts_of(svg)
    assert disc.area == pytest.approx(np.pi * 36**2, rel=0.02)
    assert "opacity" not in svg


def test_a_picture_that_is_too_fine_is_refused() -> None:
    """Where no area is wide enough, and where only the ground is."""
    for width in ("90px", "61px"):
        with pytest.raises(InvalidParameters, match="as wide as cutter asks"):
            cut(picture(), width)


def test_a_width_beyond_the_picture_is_refused_before_anything_is_traced() -> None:
    """It takes neither memory nor time by the width, of which a client may ask for any."""
    for width in ("97px", "999in"):
        with pytest.raises(InvalidParameters, match="as wide as cutter asks"):
            cut(picture(), width)


def test_nothing_is_learned_from_parts() -> None:
    """What a cutter's drawing measures says nothing of the tracing as such."""
    assert convert(picture(), None, replace(OPTIONS, cutter=cutter_of("1px"))).features is None
