"""Drawings of one tracing, with more care where the last one fell short."""

import time
from dataclasses import replace
from itertools import pairwise

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from svgai.array_types import Floats, Pixels, Points
from svgai.choose.deadlines import Deadline
from svgai.choose.refinement import MOST_ROUNDS, Drawing, drawings
from svgai.errors import RenderingFailed
from svgai.measure.quality import Inspection, Reference
from svgai.measure.rendering import render
from svgai.trace.parameters import TracingParameters
from svgai.trace.tracer import Tracer, trace
from tests.fakes.tiny_models import drawn_logo
from tests.inputs.tracing_inputs import BLACK, RED, Colour, coverage, disc, opaque, star

DEFAULTS = TracingParameters()
COARSE = TracingParameters(simplify=2)
ORANGE = (255, 140, 0)


def page(side: int) -> Pixels:
    return np.full((side, side, 4), 255, np.uint8)


def fill(rgba: Pixels, outline: Points, colour: Colour) -> None:
    cv2.fillPoly(rgba, [np.rint(outline * 16).astype(np.int32)], (*colour, 255), cv2.LINE_AA, 4)


def one_hard_place(rows: int = 4, cell: int = 40) -> Pixels:
    """A small black star of many tips beside many red blobs, which a coarse tolerance draws well enough."""
    rgba = page(rows * cell)
    angle = np.linspace(0, 2 * np.pi, 200)
    for number in range(rows * rows - 1):
        random = np.random.default_rng(number)
        waves = sum(random.uniform(-0.08, 0.08) * np.cos(wave * angle + random.uniform(0, 6)) for wave in range(2, 7))
        reach = 0.4 * cell * (1 + waves)
        middle = cell * (np.array([number % rows, number // rows]) + 0.5)
        fill(rgba, middle + np.column_stack([reach * np.cos(angle), reach * np.sin(angle)]), RED)
    fill(rgba, star((cell * (rows - 0.5), cell * (rows - 0.5)), 0.3 * cell, 0.12 * cell, 9), BLACK)
    return rgba


HARD = one_hard_place()


def small_dots() -> Pixels:
    """Nothing but dots of two pixels."""
    rgba = page(80)
    for x in (10, 30, 50, 70):
        rgba[40:42, x : x + 2, :3] = 20
    return rgba


def drawn(
    rgba: Pixels, parameters: TracingParameters, least_worst: float, reference: Reference | None = None
) -> list[Drawing]:
    return drawings(Tracer(rgba).tracing(parameters), reference or Reference(rgba), least_worst)


def holds(inspection: Inspection, least_worst: float) -> bool:
    return not inspection.empty and (least_worst == 0 or inspection.quality.worst >= least_worst)


@pytest.mark.slow
@given(seed=st.integers(0, 99), least_worst=st.sampled_from([0.0, 0.8, 0.9, 0.97]), speck=st.sampled_from([4, 16]))
@settings(max_examples=15, deadline=None)
def test_it_stops_at_the_first_drawing_that_holds(seed: int, least_worst: float, speck: int) -> None:
    """None before the last is enough; the last is, or no further one was worth it; the first is the plain tracing."""
    rgba, parameters = drawn_logo(seed, 48), TracingParameters(simplify=8, filter_speckle=speck)
    found = drawn(rgba, parameters, least_worst)
    assert found[0].svg == trace(rgba, parameters)
    assert not any(holds(one.inspection, least_worst) for one in found[:-1])
    shares = [float((one.inspection.local < least_worst).mean()) for one in found]
    much_short = max(shares) > 0.03
    spent = len(found) >= MOST_ROUNDS + 1
    assert holds(found[-1].inspection, least_worst) or len(found) > 4 or much_short or spent


def test_each_drawing_is_measured_as_it_is() -> None:
    """What is told of an SVG is what the reference finds in it."""
    reference = Reference(HARD)
    for one in drawn(HARD, COARSE, 0.8, reference):
        assert one.inspection.quality == reference.measure(one.svg)


def test_where_nothing_is_asked_one_drawing_is_enough() -> None:
    """However poor it is."""
    (once,) = drawn(HARD, TracingParameters(simplify=16), 0)
    assert once.inspection.quality.worst < 0.5


@pytest.mark.slow
def test_a_later_drawing_that_cannot_be_rendered_loses_none_before_it() -> None:
    """Only where the first one cannot be rendered is there nothing to give."""

    class Failing(Reference):
        left = 2

        def inspect(self, svg: str) -> Inspection:
            self.left -= 1
            if self.left < 0:
                raise RenderingFailed("too much")
            return super().inspect(svg)

    found, whole = drawn(HARD, COARSE, 0.8, Failing(HARD)), drawn(HARD, COARSE, 0.8)
    assert len(whole) > 2
    assert [one.svg for one in found] == [one.svg for one in whole[:2]]
    nothing = Failing(HARD)
    nothing.left = 0
    with pytest.raises(RenderingFailed):
        drawn(HARD, COARSE, 0.8, nothing)


@pytest.mark.parametrize("least_worst", [0.0, 0.8])
def test_a_picture_that_draws_something_is_never_left_empty(least_worst: float) -> None:
    """Where all that there is counts as specks it is drawn for all that; a blank page stays one."""
    found = drawn(small_dots(), TracingParameters(filter_speckle=16), least_worst)
    assert found[0].inspection.empty
    assert not found[-1].inspection.empty
    assert (render(found[-1].svg, 80, 80)[40:42, [10, 30, 50, 70], :3] < 128).all()
    assert len(drawn(page(40), TracingParameters(filter_speckle=16), 0)) == 1


def test_what_falls_short_gets_better() -> None:
    """A place that a coarse tolerance spoils is drawn well enough in the end."""
    found = drawn(HARD, COARSE, 0.8)
    assert found[0].inspection.quality.worst < 0.7
    assert found[-1].inspection.quality.worst >= 0.8


@pytest.mark.slow
def test_bytes_are_spent_only_where_they_are_needed() -> None:
    """One hard place costs far less than to draw everything with the tolerance that it needs."""
    found = drawn(HARD, COARSE, 0.8)
    everywhere = TracingParameters(simplify=0.3)
    fine = Reference(HARD).measure(trace(HARD, everywhere))
    assert found[-1].inspection.quality.worst >= 0.8
    assert fine.worst >= 0.8
    assert found[-1].inspection.quality.bytes < 0.6 * fine.bytes
    assert found[-1].inspection.quality.bytes < 1.1 * found[0].inspection.quality.bytes


@pytest.mark.slow
def test_what_is_good_enough_is_left_alone() -> None:
    """Far from the hard place the paths of the last drawing are those of the first."""
    found = drawn(HARD, COARSE, 0.8)
    before, after = (render(one.svg, 160, 160).astype(int) for one in (found[0], found[-1]))
    changed = np.abs(after - before).max(axis=2) > 0
    assert changed[115:, 115:].any()
    assert not changed[:100, :100].any()


@pytest.mark.slow
def test_no_drawing_begins_after_the_deadline() -> None:
    """The first is always made, one that runs at the deadline is the last; where more was wanted, that is noted."""

    class Slow(Reference):
        def inspect(self, svg: str) -> Inspection:
            time.sleep(0.1)
            return super().inspect(svg)

    reference, tracing = Slow(HARD), Tracer(HARD).tracing(COARSE)
    assert len(drawn(HARD, COARSE, 0.8)) > 2
    assert len(drawings(Tracer(HARD).tracing(COARSE), reference, 0.8, late := Deadline(time.perf_counter() - 1))) == 1
    assert late.cut_short
    assert len(drawings(tracing, reference, 0.8, Deadline(time.perf_counter() + 0.15))) <= 2
    assert len(drawings(Tracer(HARD).tracing(COARSE), reference, 0.0, late := Deadline(time.perf_counter() - 1))) == 1
    assert not late.cut_short


@given(seed=st.integers(0, 99))
@settings(max_examples=5, deadline=None)
def test_the_same_picture_is_refined_the_same_way(seed: int) -> None:
    """Nothing about it is left to chance."""
    rgba = drawn_logo(seed, 48)
    one, other = (drawn(rgba, TracingParameters(simplify=16, filter_speckle=16), 0.95) for _ in range(2))
    assert [drawing.svg for drawing in one] == [drawing.svg for drawing in other]


def test_what_vtracer_outlines_is_drawn_once() -> None:
    """Its outlines know no care."""
    parameters = TracingParameters(colour_models="none", simplify=8)
    (once,) = drawn(HARD, parameters, 0.99)
    assert once.svg == trace(HARD, parameters)


@pytest.mark.slow
def test_a_picture_with_a_veil_is_refined_too() -> None:
    """Though its colours lie behind a mask, what falls short gets nearer."""
    rgba = HARD.copy()
    rgba[..., 3] = np.linspace(120, 255, 160)[:, None]
    found = drawn(rgba, COARSE, 0.8)
    assert len(found) > 1
    assert max(one.inspection.quality.worst for one in found) > found[0].inspection.quality.worst + 0.1


@pytest.mark.parametrize("offset", [0.4, 0.5, 0.6])
def test_no_layer_shines_through_the_edge_of_what_lies_on_it(offset: float) -> None:
    """Orange that reaches the edge of a black shape meets the white beside it without a dark fringe."""
    places = np.zeros((80 * 20, 80 * 20), np.intp)
    for value, (left, top, right, bottom) in enumerate([(15, 15, 60, 60), (30, 38, 48, 60)], start=1):
        x0, y0, x1, y1 = (round((side + offset) * 20) for side in (left, top, right, bottom))
        places[y0:y1, x0:x1] = value
    colours = np.array([(255, 255, 255), BLACK, ORANGE], np.float64)[places]
    rgba = opaque(np.rint(colours.reshape(80, 20, 80, 20, 3).mean(axis=(1, 3))).astype(np.uint8))
    found = drawn(rgba, DEFAULTS, 0.9)
    fringes = [255 - int(render(one.svg, 80, 80)[57:64, 34:45, 0].min()) for one in found]
    assert (rgba[57:64, 34:45, 0] == 255).all()
    assert fringes[0] > 30
    assert fringes[-1] < 4


@pytest.mark.slow
def test_more_care_takes_more_bytes_than_less() -> None:
    """The more is asked the larger the drawing that holds."""
    sizes = [drawn(HARD, COARSE, least)[-1].inspection.quality.bytes for least in (0, 0.75, 0.85)]
    assert all(less < more for less, more in pairwise(sizes))


@pytest.mark.slow
def test_noise_is_drawn_once() -> None:
    """Where most of the picture falls short there are no outlines to mend, and seconds are not spent on them."""
    rgba = opaque(np.random.default_rng(5).integers(0, 256, (64, 64, 3), np.uint8))
    assert len(drawings(Tracer(rgba).tracing(DEFAULTS), Reference(rgba), 0.8)) == 1


class Scripted(Reference):
    """Tells of every drawing that some share of the picture falls short, one after the other."""

    def __init__(self, rgba: Pixels, script: list[tuple[float, float]]) -> None:
        super().__init__(rgba)
        self.script = iter(script)

    def inspect(self, svg: str) -> Inspection:
        found = super().inspect(svg)
        worst, share = next(self.script)
        local = np.ones(found.local.shape, np.float32)
        local.ravel()[: round(share * local.size)] = worst
        return replace(found, quality=replace(found.quality, worst=worst), local=local)

    def beside_edges(self, inspection: Inspection) -> Floats:
        return inspection.local


@pytest.mark.slow
@pytest.mark.parametrize(
    "script, made",
    [
        ([(0.3, 0.1), (0.4, 0.08), (0.5, 0.06), (0.6, 0.04), (0.7, 0.02), (0.9, 0.0)], 6),
        ([(0.3, 0.1), (0.4, 0.098), (0.9, 0.0)], 2),
        ([(0.3, 0.02), (0.3, 0.02), (0.25, 0.02), (0.4, 0.02), (0.9, 0.0)], 5),
        ([(0.3, 0.02), (0.3, 0.02), (0.25, 0.02), (0.3, 0.0195), (0.3, 0.02), (0.9, 0.0)], 4),
    ],
)
def test_it_stops_where_further_drawings_gain_nothing(script: list[tuple[float, float]], made: int) -> None:
    """Much that falls short has to shrink every time; little may stay for two drawings."""
    reference = Scripted(HARD, script)
    found = drawings(Tracer(HARD).tracing(COARSE), reference, 0.8)
    assert len(found) == made


@pytest.mark.slow
def test_a_photograph_is_drawn_once() -> None:
    """A third of the picture that falls short is enough where it is tens of thousands of pixels."""
    rgba = np.resize(HARD, (256, 256, 4))
    assert len(drawings(Tracer(rgba).tracing(COARSE), Scripted(rgba, [(0.3, 0.35), (0.9, 0.0)]), 0.8)) == 1
    assert len(drawings(Tracer(HARD).tracing(COARSE), Scripted(HARD, [(0.3, 0.35), (0.9, 0.0)]), 0.8)) == 2


def faded_disc(alpha: int) -> Pixels:
    """A black disc that is not quite opaque, with a square hole, on clear ground."""
    rgba = np.zeros((96, 96, 4), np.uint8)
    rgba[..., 3] = np.rint(coverage(96, 40) * (alpha / 255))
    rgba[40:70, 40:70] = 0
    return rgba


def test_what_is_off_all_over_is_painted_in_its_own_colour() -> None:
    """A shape that is nearly opaque comes out in one colour with its opacity, and its outline takes no byte more."""
    rgba = faded_disc(251)
    first, *_, last = drawn(rgba, DEFAULTS, 0.9)
    assert last.inspection.quality.worst >= 0.9 > first.inspection.quality.worst
    assert last.inspection.rendered[30, 30, 3] == pytest.approx(251, abs=1)
    assert last.svg.replace(' fill-opacity=".984"', "") == first.svg


def test_outlines_stay_where_only_even_areas_are_off() -> None:
    """A disc that drifts by 24 dark levels, drawn in one colour, is not drawn again in vain."""
    rgba = opaque(disc(96, 40, (0, 60, 60), (255, 255, 255)))
    shade = np.linspace(0, 24, 96).astype(np.uint8)[None, :]
    rgba[..., 0] = np.where(rgba[..., 0] == 0, shade, rgba[..., 0])
    (once,) = drawn(rgba, TracingParameters(colour_models="flat"), 0.9)
    assert once.inspection.quality.worst < 0.9
