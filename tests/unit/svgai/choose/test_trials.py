"""Tracings made and measured, what small pictures keep in them, and the best of some."""

import math
import time
from dataclasses import replace

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from svgai.array_types import Pixels
from svgai.choose.deadlines import Deadline
from svgai.choose.trials import WORTH_OF_A_STEP, Trial, TrialMaker, best_trial
from svgai.measure.promise import Promise
from svgai.measure.quality import Quality, Reference
from svgai.measure.rendering import render
from svgai.trace.parameters import TracingParameters
from svgai.trace.tracer import trace
from tests.inputs.measured_qualities import qualities
from tests.inputs.noisy_pictures import NOISY, cartoon
from tests.inputs.tracing_inputs import BLACK, RED, opaque, star

DEFAULTS = TracingParameters()
COARSE = TracingParameters(simplify=16, filter_speckle=16)
PROMISE = Promise(0.9, 0.8, 3.0)
TRACINGS = tuple(TracingParameters(palette_size=size) for size in range(3))
NAVY = (20, 40, 120)

measured_trials = st.lists(
    st.builds(Trial, st.sampled_from(TRACINGS), st.just("<svg/>"), qualities, st.booleans()), min_size=1, max_size=8
)


def page(side: int = 80, colour: tuple[int, int, int] = (255, 255, 255)) -> Pixels:
    return np.full((side, side, 4), (*colour, 255), np.uint8)


def dotted() -> Pixels:
    """A dot of three pixels beside a large block."""
    rgba = page()
    rgba[40:43, 30:33, :3] = BLACK
    rgba[50:70, 10:30, :3] = RED
    return rgba


def dotted_letters() -> Pixels:
    """Three letters i."""
    rgba = page()
    for x in (20, 38, 56):
        rgba[34:68, x : x + 6, :3] = BLACK
        rgba[26:29, x + 2 : x + 5, :3] = BLACK
    return rgba


def flag() -> Pixels:
    """Twenty white stars in a field of a red flag."""
    rgba = page(96, RED)
    rgba[:48, :64, :3] = NAVY
    for row in range(4):
        for column in range(5):
            outline = star((8 + 12 * column, 8 + 11 * row), 3.2, 1.3, 5)
            cv2.fillPoly(rgba, [np.rint(outline * 16).astype(np.int32)], (255,) * 4, cv2.LINE_AA, 4)
    return rgba


def lonely() -> Pixels:
    """A small disc with a spot of another colour on a large page."""
    rgba = page(300)
    cv2.circle(rgba, (148, 148), 7, (*RED, 255), -1, cv2.LINE_AA)
    rgba[146:150, 146:150, :3] = (30, 60, 200)
    return rgba


SMALL_THINGS = {
    "dot": (dotted(), [(41, 31)]),
    "letters": (dotted_letters(), [(27, 23), (27, 41), (27, 59)]),
    "flag": (flag(), [(8 + 11 * row, 8 + 12 * column) for row in range(4) for column in range(5)]),
    "logo": (lonely(), [(148, 143), (148, 148), (143, 148), (153, 148)]),
}
"""Pictures with places (row, column) in the middle of what is small in them."""


def kept(svg: str, rgba: Pixels, places: list[tuple[int, int]]) -> list[bool]:
    """Whether the colours at some places are nearer to the picture's than half the way to anything else in it."""
    drawn = render(svg, rgba.shape[1], rgba.shape[0]).astype(int)
    return [bool(np.abs(drawn[place] - rgba[place]).max() < 90) for place in places]


@pytest.mark.slow
@pytest.mark.parametrize("parameters", [DEFAULTS, COARSE])
@pytest.mark.parametrize("name", SMALL_THINGS)
def test_nothing_small_vanishes(name: str, parameters: TracingParameters) -> None:
    """A dot, dots of letters, stars of a flag and a small logo are there, which a coarse drawing alone loses."""
    rgba, places = SMALL_THINGS[name]
    trial = TrialMaker(rgba).made(parameters, PROMISE)
    assert all(kept(trial.svg, rgba, places))
    assert trial.quality.worst >= 0.75
    assert not all(kept(trace(rgba, COARSE), rgba, places))


@pytest.mark.slow
def test_a_dot_beside_what_runs_off_a_large_page_stays() -> None:
    """It is five pixels wide on a page of 2,048: what lies there is traced by itself, though it reaches the edge."""
    rgba = np.full((1536, 2048, 4), (255, 255, 255, 0), np.uint8)
    cv2.rectangle(rgba, (600, 840), (2047, 900), (0, 0, 0, 255), -1)
    cv2.circle(rgba, (1427 * 16 + 8, 788 * 16 + 8), 36, (0, 0, 0, 255), -1, cv2.LINE_AA, 4)
    trial = TrialMaker(rgba).made(COARSE, PROMISE)
    assert render(trial.svg, 2048, 1536)[788, 1427, 3] > 128


def test_a_tracing_that_asks_for_it_is_refined_without_a_promise() -> None:
    """Its own `refine_to` is what is kept then, and what draws once is drawn once."""
    rgba = dotted()
    maker = TrialMaker(rgba)
    assert maker.made(COARSE).quality.worst >= 0.8
    much = TrialMaker(flag()).made(DEFAULTS.model_copy(update={"refine_to": 0.95}))
    assert TrialMaker(flag()).made(DEFAULTS).quality.worst < 0.95 <= much.quality.worst
    once = COARSE.model_copy(update={"refine_to": 0})
    assert maker.made(once).svg == trace(rgba, once)
    assert maker.made(once, PROMISE).svg == trace(rgba, once)


def test_a_promise_goes_before_what_a_tracing_asks_for() -> None:
    """Where no least worst is promised, one drawing is enough; where much is, more is drawn than by itself."""
    rgba = flag()
    maker = TrialMaker(rgba)
    assert maker.made(COARSE.model_copy(update={"filter_speckle": 4}), Promise(0.5, 0, 9)).svg == trace(
        rgba, COARSE.model_copy(update={"filter_speckle": 4})
    )
    by_itself, much = maker.made(DEFAULTS), maker.made(DEFAULTS, Promise(0.9, 0.95, 3.0))
    assert by_itself.quality.worst < 0.95 <= much.quality.worst


@pytest.mark.slow
@pytest.mark.parametrize("name", SMALL_THINGS)
def test_the_parameters_of_a_trial_give_its_svg_again(name: str) -> None:
    """By the same maker after others as by a new one."""
    rgba, _ = SMALL_THINGS[name]
    maker = TrialMaker(rgba)
    trial = maker.made(COARSE)
    other = maker.made(DEFAULTS)
    assert TrialMaker(rgba).made(trial.parameters) == trial
    assert maker.made(trial.parameters) == trial
    assert TrialMaker(rgba).made(other.parameters) == other


def test_a_trial_is_measured_as_it_is() -> None:
    """Its quality is that of its SVG, and it draws something."""
    rgba = dotted()
    trial = TrialMaker(rgba).made(COARSE, PROMISE)
    assert trial.quality == Reference(rgba).measure(trial.svg)
    assert trial == TrialMaker(rgba).measured(COARSE, trial.svg)
    assert not trial.empty


@pytest.mark.slow
@pytest.mark.parametrize("name", NOISY)
def test_noise_is_not_traced(name: str) -> None:
    """What was drawn comes in about as many bytes as without noise, and as close."""
    clean = cartoon()
    drawn = TrialMaker(opaque(clean)).made(DEFAULTS, PROMISE)
    trial = TrialMaker(NOISY[name]).made(DEFAULTS, PROMISE)
    assert trial.quality.bytes <= 1.25 * drawn.quality.bytes
    assert Reference(opaque(clean)).measure(trial.svg).ssim >= drawn.quality.ssim - 0.02


def test_what_is_told_of_a_noisy_image_is_measured_against_the_image_as_it_came() -> None:
    """Choices go by what it shows without its noise."""
    rgba = NOISY["grain 6"]
    trial = TrialMaker(rgba).made(DEFAULTS, PROMISE)
    assert trial.quality == Reference(rgba).measure(trial.svg)
    assert not PROMISE.met(trial.quality)
    assert PROMISE.met(trial.judged)
    assert trial == TrialMaker(rgba).measured(trial.parameters, trial.svg)


def test_an_svg_that_shows_nothing_is_an_empty_trial() -> None:
    """Of an image that shows something; that of a blank image is not empty."""
    nothing = '<svg xmlns="http://www.w3.org/2000/svg" width="80" height="80" viewBox="0 0 9 9"/>'
    assert TrialMaker(dotted()).measured(DEFAULTS, nothing).empty
    assert not TrialMaker(page()).measured(DEFAULTS, nothing).empty


def test_past_the_deadline_a_tracing_is_drawn_once() -> None:
    """And not at all again, whatever is promised."""
    rgba = dotted()
    assert TrialMaker(rgba).made(COARSE, PROMISE, Deadline(time.perf_counter() - 1)).svg == trace(rgba, COARSE)


def test_of_the_drawings_one_that_fits_is_given() -> None:
    """Where more care takes too many bytes, the plain drawing is what keeps to the size."""
    rgba = dotted()
    maker = TrialMaker(rgba)
    plain = len(trace(rgba, COARSE))
    assert maker.made(COARSE, PROMISE).quality.bytes > plain
    assert maker.made(COARSE, Promise(0.9, 0.8, 3.0, plain)).quality.bytes == plain


@given(measured_trials, st.floats(0, 1), st.sampled_from([0, 0.8]), st.none() | st.integers(1, 20_000))
def test_no_other_trial_is_better_than_the_best(
    trials: list[Trial], target: float, min_worst: float, max_bytes: int | None
) -> None:
    """
    One that keeps the promise goes first, the smallest of them; then what is near for its bytes; then the smallest.

    Where the size has a limit, the nearest that fits comes second.
    """
    asked = Promise(target, min_worst, 3.0, max_bytes)
    best = best_trial(trials, asked)
    assert best in trials
    assert not best.empty or all(trial.empty for trial in trials)
    for other in trials:
        if other.empty and not best.empty:
            continue
        ours, theirs = best.quality, other.quality
        if asked.met(theirs):
            assert asked.met(ours)
            assert ours.bytes <= theirs.bytes
        elif asked.fits(theirs):
            assert asked.fits(ours)
            lacks = asked.shortfall(ours) - asked.shortfall(theirs)
            exceeds = 0.0 if max_bytes else math.log(ours.bytes / theirs.bytes)
            assert asked.met(ours) or WORTH_OF_A_STEP * lacks + exceeds <= 1e-9
        elif not asked.fits(ours):
            assert ours.bytes <= theirs.bytes


@pytest.mark.parametrize(
    "worst, size, taken",
    [(0.768, 1032, False), (0.79, 1032, False), (0.72, 760, True), (0.74, 1600, False), (0.78, 1200, True)],
)
def test_where_the_promise_is_missed_anyway_bytes_are_weighed_against_what_is_seen(
    worst: float, size: int, *, taken: bool
) -> None:
    """Beside a first drawing of `worst` .7 in 700 bytes, and of .764 in 694, one is taken if its gain is worth it."""
    first = Quality(0.967, 0.764 if size == 1032 else 0.7, 0.9, 0.5, 700, 1)
    drawings = [Trial(TRACINGS[0], "<svg/>", one) for one in (first, replace(first, worst=worst, bytes=size))]
    assert (best_trial(drawings, PROMISE) == drawings[1]) == taken
    assert best_trial(drawings, replace(PROMISE, max_bytes=2000)) == drawings[1]


@pytest.mark.parametrize(
    "before, after, taken",
    [(0.05, 0.003, True), (0.013, 0.012, False), (0.6, 0.5, False), (0.6, 0.4, True), (0.0, 0.0, False)],
)
def test_where_the_promise_is_missed_anyway_it_matters_how_much_is_torn(
    before: float, after: float, *, taken: bool
) -> None:
    """Half again as many bytes are worth all letters but one, and a fifth of the picture, but no tenth of it."""
    missed = Quality(0.967, 0.6, 0.9, 0.5, 6000, 1)
    few, many = (
        Trial(TRACINGS[0], "<svg/>", replace(missed, bytes=size), torn=torn)
        for size, torn in ((6000, before), (9000, after))
    )
    assert (best_trial([few, many], PROMISE) == many) == taken
    assert best_trial([few, many], replace(PROMISE, min_worst=0)) == few


def test_an_empty_answer_is_the_last_resort() -> None:
    """It is not taken for its size, its mean or its fit, nor where `worst` is not asked for."""
    nothing = Trial(TRACINGS[0], "<svg/>", Quality(0.99, 0.1, 0.0, 0.1, 60, 0), empty=True)
    drawn = Trial(TRACINGS[1], "<svg/>", Quality(0.7, -0.2, 0.1, 5.0, 900, 1))
    for min_worst in (0, 0.8):
        for max_bytes in (None, 100):
            assert best_trial([nothing, drawn], Promise(0.9, min_worst, 3.0, max_bytes)) == drawn
    assert best_trial([nothing], PROMISE) == nothing


def small_marks(ground: int, alpha: int) -> Pixels:
    """A ring and letters on a page of 1,200 px that is empty else."""
    rgba = np.full((900, 1200, 4), (ground, ground, ground, alpha), np.uint8)
    cv2.circle(rgba, (640, 300), 24, (200, 30, 60, 255), 5, cv2.LINE_AA)
    for x in (690, 700, 710):
        rgba[280:320, x : x + 2] = (20, 40, 120, 255)
    return rgba


@pytest.mark.slow
@pytest.mark.parametrize("ground, alpha", [(255, 255), (0, 0)])
def test_small_marks_on_a_large_page_are_drawn_whole(ground: int, alpha: int) -> None:
    """At their own place and size, on a ground that is one element or none, and measured at the page's own size."""
    rgba = small_marks(ground, alpha)
    maker = TrialMaker(rgba)
    trial = maker.made(DEFAULTS, PROMISE)
    assert (maker.reference.measured_px, PROMISE.met(trial.quality)) == (1200, True)
    rendered = render(trial.svg, 1200, 900)
    assert (rendered[0, 0, 3] == 255) == (alpha == 255)
    assert np.abs(rendered[340:, :].astype(int) - rgba[340, 0]).max() <= 1
    assert trial.svg.count("h3600v2700H0z") == (alpha == 255)


@pytest.mark.slow
def test_thin_lines_of_a_large_drawing_stay() -> None:
    """What a reduction to 512 pixels would blur away; more lines than a small picture can have are no noise."""
    rgba = np.full((900, 1000, 4), 255, np.uint8)
    for y in range(60, 860, 24):
        for x in range(60, 900, 60):
            cv2.line(rgba, (x, y), (x + 40, y), (*BLACK, 255), 1)
    trial = TrialMaker(rgba).made(DEFAULTS, PROMISE)
    assert PROMISE.met(trial.quality)
    assert (render(trial.svg, 1000, 900)[60:860:24, 80, 0] < 100).all()


def test_a_side_bounds_what_is_measured() -> None:
    """Of an image that is larger."""
    assert TrialMaker(small_marks(255, 255), measured_side=600).reference.measured_px == 600
