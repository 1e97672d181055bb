"""Large pictures measured tile by tile: the same as a whole, at their own size."""

import cv2
import numpy as np
import pytest

from svgai.array_types import Pixels
from svgai.decode.pixels import fit_within
from svgai.measure.quality import WHOLE_SIDE, Reference
from svgai.measure.tiled_reference import PAGE_SIDE, TiledReference, reference_of


def drawn(height: int, width: int, *, clear: bool = False) -> tuple[Pixels, str]:
    """A page with a block, a disc off by half a pixel in its SVG, and noise; and that SVG."""
    rgba = np.full((height, width, 4), 0 if clear else 255, np.uint8)
    rgba[20:90, 30:400] = (200, 40, 60, 255)
    cv2.circle(rgba, (width // 2, height // 2), 60, (20, 60, 160, 255), -1, cv2.LINE_AA)
    rgba[-70:-10, -300:-20, :3] = np.random.default_rng(1).integers(0, 255, (60, 280, 3))
    rgba[-70:-10, -300:-20, 3] = 255
    ground = "" if clear else f'<rect width="{width}" height="{height}" fill="#fff"/>'
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}">'
        f'{ground}<path d="M30 20h370v70h-370z" fill="#c8283c"/>'
        f'<circle cx="{width // 2}.8" cy="{height // 2}" r="60.5" fill="#143ca0"/></svg>'
    )
    return rgba, svg


@pytest.mark.parametrize(
    "height, width, clear", [(300, 500, False), (420, 512, True), (40, 512, False), (9, 512, True)]
)
def test_tiles_measure_what_the_whole_does(height: int, width: int, clear: bool) -> None:
    """On every ground, borders, narrow last tiles and noise included."""
    rgba, svg = drawn(max(height, 100), width, clear=clear)
    rgba = np.ascontiguousarray(rgba[:height])
    whole, tiled = Reference(rgba).inspect(svg), TiledReference(rgba).inspect(svg)
    for name in ("ssim", "worst", "edge_ssim", "delta_e", "bytes", "paths"):
        assert getattr(tiled.quality, name) == pytest.approx(getattr(whole.quality, name), abs=1e-6), name
    assert tiled.local.shape == whole.local.shape
    assert (tiled.local <= whole.local + 1e-6).all()
    assert tiled.empty == whole.empty


@pytest.mark.slow
def test_a_second_drawing_is_measured_afresh_where_it_differs() -> None:
    """Tiles keep their values only where both drawings are alike."""
    rgba, svg = drawn(400, 700)
    other = svg.replace("#143ca0", "#1478a0")
    used = TiledReference(rgba)
    used.measure(svg)
    assert used.measure(other) == TiledReference(rgba).measure(other)
    assert used.measure(svg) == TiledReference(rgba).measure(svg)


def test_the_map_and_the_pixels_of_a_large_picture_are_of_a_page() -> None:
    """Each of its pixels has the least of its part, so that no fault is overlooked."""
    rgba, svg = drawn(900, 1800)
    inspection = TiledReference(rgba).inspect(svg)
    assert inspection.local.shape == inspection.rendered.shape[:2] == (PAGE_SIDE // 2, PAGE_SIDE)
    assert inspection.local.min() == pytest.approx(inspection.quality.worst)
    missing = TiledReference(rgba).missing(inspection.rendered)
    assert missing.shape == (PAGE_SIDE // 2, PAGE_SIDE, 4)
    assert abs(missing[:30, 600:]).max() == 0


def test_a_page_that_shows_nothing_is_empty() -> None:
    """Where the source shows something; an empty source shows nothing."""
    rgba, _ = drawn(600, 700, clear=True)
    nothing = '<svg xmlns="http://www.w3.org/2000/svg" width="700" height="600" viewBox="0 0 700 600"/>'
    assert TiledReference(rgba).inspect(nothing).empty
    assert not TiledReference(np.zeros_like(rgba)).inspect(nothing).empty


@pytest.mark.parametrize(
    "side, longest_side, measured_px, tiled",
    [(100, 2048, 100, False), (WHOLE_SIDE, 2048, WHOLE_SIDE, False), (700, 2048, 700, True), (900, 600, 600, True)],
)
def test_the_size_is_the_image_s_own_up_to_a_limit(side: int, longest_side: int, measured_px: int, tiled: bool) -> None:
    """Small ones are compared as a whole, larger ones in tiles, very large ones reduced."""
    rgba = np.full((side // 2, side, 4), 255, np.uint8)
    reference = reference_of(rgba, longest_side)
    assert (reference.measured_px, isinstance(reference, TiledReference)) == (measured_px, tiled)
    assert reference.rgba.shape == fit_within(rgba, longest_side).shape
