"""One image to one SVG: which tracings are tried, and which is returned."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import cast

import cv2
import numpy as np
import numpy.typing as npt
import pytest

from svgai.array_types import Pixels
from svgai.choose.optimizer import Optimizer, Prediction
from svgai.choose.trials import TrialMaker
from svgai.convert.conversion import FIXED_TRACINGS, PIXELS, ConversionOptions, convert
from svgai.convert.finishing.finish import Finish
from svgai.convert.monochrome import in_one_ink
from svgai.decode.image_resolution import Resolution
from svgai.decode.pixels import resize
from svgai.describe.classifier import Classifier
from svgai.describe.features import extract_features
from svgai.logo_types import LogoType
from svgai.measure.promise import Promise
from svgai.measure.quality import Quality, Reference
from svgai.measure.rendering import render
from svgai.model_files.model_pair import Models
from svgai.trace.parameters import TracingParameters
from svgai.trace.tracer import trace
from tests.fakes.serving_fakes import RednessNetwork, conversion, prediction
from tests.fakes.tiny_models import drawn_logo
from tests.inputs.pixel_pictures import code, enlarged, sprite
from tests.inputs.tracing_inputs import coverage, opaque

TARGETS: dict[LogoType, float] = {"simple": 0.95, "text": 0.9, "gradient": 0.85, "complex": 0.75}
COARSE = TracingParameters(upscale=1, colour_models="flat", simplify=16, filter_speckle=16, merge_distance=20)
GOOD = TracingParameters(upscale=3, colour_models="flat", simplify=1, grid=4)
MEASURES = ("ssim", "worst", "delta_e", "bytes")


@dataclass(frozen=True)
class Script:
    """An optimizer that predicts what it was told."""

    told: Prediction
    version: str = "2"
    portfolio: tuple[TracingParameters, ...] = ()

    def predict(self, features: npt.NDArray[np.float32], types: Sequence[LogoType]) -> list[Prediction]:
        assert len(features) == len(types)
        return [self.told for _ in types]


def scripted(*outcomes: tuple[TracingParameters, float, float, int]) -> Models:
    told = prediction(*outcomes)
    return Models(Classifier(RednessNetwork(), "1"), cast("Optimizer", Script(told, portfolio=told.portfolio)), {})


def logo() -> Pixels:
    """A blue disc with a fine ring on white: fine detail that a coarse tracing loses."""
    rgb = np.full((64, 64, 3), 255, np.uint8)
    cv2.circle(rgb, (32, 32), 16, (30, 40, 180), -1, cv2.LINE_AA)
    cv2.circle(rgb, (32, 32), 26, (30, 120, 60), 2, cv2.LINE_AA)
    return np.dstack([rgb, np.full((64, 64), 255, np.uint8)])


def speckled() -> Pixels:
    """Discs of many colours with smooth edges."""
    draw = np.random.default_rng(3)
    rgb = np.full((128, 128, 3), 255, np.uint8)
    for _ in range(40):
        colour = [int(level) for level in draw.integers(0, 256, 3)]
        cv2.circle(rgb, draw.integers(0, 128, 2).tolist(), int(draw.integers(4, 14)), colour, -1, cv2.LINE_AA)
    return opaque(rgb)


def measured(parameters: TracingParameters) -> Quality:
    return Reference(logo()).measure(trace(logo(), parameters))


@pytest.mark.parametrize("seed", range(4))
def test_easy_images_meet_the_target_without_models(seed: int) -> None:
    """Flat shapes reach the highest of the targets, and the numbers are those of the SVG that is returned."""
    rgba = drawn_logo(seed, 48)
    done = convert(rgba, None, ConversionOptions(TARGETS))
    assert not done.missed
    assert done.promise.target == 0.95
    assert (done.logo_type, done.model_version) == (None, "none")
    assert done.quality == Reference(rgba).measure(done.svg)
    assert done.parameters in FIXED_TRACINGS
    assert set(done.seconds) == {"classifier", "optimizer", "tracing"}


@pytest.mark.parametrize("seed", range(4))
def test_easy_images_meet_their_types_target_with_models(seed: int, tiny_models: Models) -> None:
    """The type that the classifier names sets the target; the SVG comes from the portfolio."""
    done = convert(drawn_logo(seed, 48), tiny_models, ConversionOptions(TARGETS))
    assert done.logo_type is not None
    assert done.promise.target == TARGETS[done.logo_type]
    assert not done.missed
    assert done.parameters in tiny_models.optimizer.portfolio
    assert done.model_version == tiny_models.version


def test_a_target_of_ones_own_goes_first(tiny_models: Models) -> None:
    """Named targets replace the type's."""
    done = convert(logo(), tiny_models, ConversionOptions(TARGETS, target_quality=0.5))
    assert done.promise.target == 0.5


def test_a_conversion_tells_what_it_knew_and_tried() -> None:
    """Features to the last of their 32 bits; of each trial what was predicted and measured, and which was taken."""
    models = scripted((COARSE, 0.99, 0.5, 200), (GOOD, 0.995, 0.5, 900))
    done = convert(logo(), models, ConversionOptions(TARGETS, target_quality=0.98))
    assert np.array_equal(np.array(done.features, np.float32), extract_features(logo()))
    assert done.confidence == pytest.approx(0.9)
    assert [(one.parameters, one.chosen) for one in done.tried] == [(COARSE, False), (GOOD, True)]
    assert [one.predicted.bytes for one in done.tried if one.predicted] == [200, 900]
    assert done.tried[1].quality == done.quality
    assert done.tried[0].quality.ssim < 0.98
    assert all(one.seconds > 0 for one in done.tried)


def test_without_models_nothing_was_known() -> None:
    """What was tried is told all the same."""
    done = convert(drawn_logo(1, 48), None, ConversionOptions(TARGETS))
    assert (done.features, done.confidence) == (None, None)
    assert [one.predicted for one in done.tried] == [None] * done.trials


@pytest.mark.parametrize("with_models", [False, True])
def test_given_parameters_are_traced_once(with_models: bool) -> None:
    """Exactly they, once, met or not; the type is still named where there are models."""
    models = scripted((GOOD, 0.99, 0.5, 100)) if with_models else None
    done = convert(logo(), models, ConversionOptions(TARGETS, target_quality=1, parameters=COARSE))
    assert (done.parameters, done.trials, not done.missed) == (COARSE, 1, False)
    assert done.svg == trace(logo(), COARSE)
    assert done.logo_type == ("simple" if with_models else None)


def test_the_walk_goes_on_until_the_target_is_met() -> None:
    """A tracing that was believed to suffice and does not is followed by a better one."""
    reached = measured(GOOD)
    assert measured(COARSE).ssim < 0.98 < reached.ssim
    models = scripted((COARSE, 0.99, 0.5, 200), (GOOD, 0.995, 0.5, 900))
    done = convert(logo(), models, ConversionOptions(TARGETS, target_quality=0.98))
    assert (done.parameters, done.trials, not done.missed) == (GOOD, 2, True)
    assert done.quality == reached


@pytest.mark.parametrize("with_models", [False, True])
@pytest.mark.slow
def test_the_promise_is_the_callers(with_models: bool) -> None:
    """Least worst and most bytes count with models and without; of what is given, the answer says what it missed."""
    models = scripted((GOOD, 0.99, 0.5, 900)) if with_models else None
    reached = measured(GOOD)
    asked = ConversionOptions(TARGETS, target_quality=0.5, parameters=GOOD)
    for changes, missed in (
        ({"min_worst": reached.worst}, ()),
        ({"min_worst": 1.0}, ("worst",)),
        ({"max_bytes": reached.bytes, "min_worst": 0}, ()),
        ({"max_bytes": reached.bytes - 1, "min_worst": 0}, ("bytes",)),
        ({"max_bytes": 1, "min_worst": 1.0, "target_quality": 1.0, "max_delta_e": 1e-9}, MEASURES),
        ({"min_worst": 0.0}, ()),
    ):
        options = replace(asked, **changes)
        done = convert(logo(), models, options)
        assert done.missed == missed
        refined = TrialMaker(logo()).made(GOOD, options.promise(done.logo_type)).quality
        assert done.quality == (refined if changes.get("min_worst") == 1 else reached)


def spotted_logo() -> Pixels:
    """The same with a spot that is smaller than a coarse tracing keeps."""
    rgba = logo()
    rgba[4:7, 4:7, :3] = (160, 20, 20)
    return rgba


SPOTLESS = TracingParameters(simplify=16, filter_speckle=16)


@pytest.mark.parametrize("with_models", [False, True])
def test_what_is_lost_is_drawn_again(with_models: bool) -> None:
    """Where each place is promised the one trial of a coarse tracing brings back the spot that it loses."""
    models = scripted((SPOTLESS, 0.99, 0.5, 900)) if with_models else None
    asked = ConversionOptions(TARGETS, target_quality=0.5, parameters=SPOTLESS)
    lost, kept = (convert(spotted_logo(), models, replace(asked, min_worst=least)) for least in (0.0, 0.8))
    assert (lost.missed, kept.missed) == ((), ())
    assert lost.quality.worst < 0.8 <= kept.quality.worst
    assert (lost.trials, kept.trials) == (1, 1)


def test_nothing_is_drawn_again_past_the_time_limit() -> None:
    """The first drawing is all that there is time for."""
    asked = ConversionOptions(TARGETS, target_quality=0.5, parameters=SPOTLESS, time_limit_s=0)
    assert convert(spotted_logo(), None, asked).svg == trace(spotted_logo(), SPOTLESS)


@pytest.mark.slow
@pytest.mark.parametrize("with_models", [False, True])
def test_with_a_size_the_best_that_fits_is_given(with_models: bool) -> None:
    """It may miss the target; where nothing fits, the smallest is given and the size is missed as well."""
    found = [measured(parameters) for parameters in FIXED_TRACINGS]
    sizes = [quality.bytes for quality in found]
    told = zip(FIXED_TRACINGS, found, strict=True)
    models = scripted(*((p, q.ssim, q.delta_e, q.bytes) for p, q in told)) if with_models else None
    asked = ConversionOptions(TARGETS, target_quality=1.0, max_bytes=max(sizes) - 1)
    done = convert(logo(), models, asked)
    assert "ssim" in done.missed
    assert "bytes" not in done.missed
    fitting = [quality for quality in found if quality.bytes < max(sizes)]
    assert done.promise.shortfall(done.quality) == min(map(done.promise.shortfall, fitting))
    least = convert(logo(), models, replace(asked, max_bytes=1))
    assert "bytes" in least.missed
    assert least.quality.bytes == min(sizes)


@pytest.mark.parametrize("most", [1, 2, 3])
@pytest.mark.parametrize("with_models", [False, True])
def test_no_more_trials_than_allowed(most: int, with_models: bool) -> None:
    """An unreachable target ends the search at the limit, with the best that was found."""
    tracings = [GOOD.model_copy(update={"merge_distance": float(step)}) for step in range(5)]
    models = scripted(*((p, 0.9 + n / 100, 0.5, 500 + n) for n, p in enumerate(tracings))) if with_models else None
    done = convert(logo(), models, ConversionOptions(TARGETS, target_quality=1.0, max_trials=most))
    assert (done.trials, not done.missed) == (most, False)


@pytest.mark.parametrize("with_models", [False, True])
def test_no_trial_begins_after_the_time_limit(with_models: bool) -> None:
    """There is always one, so that there is an answer."""
    models = scripted((COARSE, 0.9, 0.5, 200), (GOOD, 0.9, 0.5, 900)) if with_models else None
    done = convert(logo(), models, ConversionOptions(TARGETS, target_quality=1.0, time_limit_s=0))
    assert done.trials == 1


def test_transparent_images_stay_transparent(tiny_models: Models) -> None:
    """What is clear in the source is clear in the SVG, down to an image that is nothing but clear."""
    rgba = np.full((64, 64, 4), (30, 40, 180, 255), np.uint8)
    rgba[..., 3] = coverage(64, 20)
    done = convert(rgba, tiny_models, ConversionOptions(TARGETS, target_quality=0.9))
    assert not done.missed
    assert not render(done.svg, 64, 64)[:8, :8, 3].any()
    nothing = convert(np.zeros((20, 30, 4), np.uint8), tiny_models, ConversionOptions(TARGETS))
    assert (nothing.missed, nothing.quality.paths) == ((), 0)


@pytest.mark.parametrize("size", [(1, 1), (1, 40), (40, 2)])
@pytest.mark.parametrize("with_models", [False, True])
def test_the_smallest_images_convert(size: tuple[int, int], with_models: bool, tiny_models: Models) -> None:
    """A single pixel and thin lines are images too."""
    rgba = np.full((*size, 4), (200, 10, 10, 255), np.uint8)
    done = convert(rgba, tiny_models if with_models else None, ConversionOptions(TARGETS))
    assert not done.missed


@pytest.mark.parametrize("with_models", [False, True])
@pytest.mark.parametrize("times", [1, 5])
def test_pixel_art_is_drawn_as_its_pixels(times: int, with_models: bool) -> None:
    """In one trial, whatever the models would have tried, and without a fault."""
    models = scripted((GOOD, 0.99, 0.5, 100)) if with_models else None
    done = convert(enlarged(code(), times), models, ConversionOptions(TARGETS))
    assert (done.parameters, done.trials, done.missed) == (PIXELS, 1, ())
    assert done.quality.ssim == pytest.approx(1)
    assert done.svg == trace(enlarged(code(), times), PIXELS)


def test_pixel_art_that_must_fit_is_also_traced() -> None:
    """Where squares take more bytes than asked, the best of all that were made is given."""
    size = len(convert(sprite(), None, ConversionOptions(TARGETS)).svg)
    asked = ConversionOptions(TARGETS, max_bytes=size - 1)
    done = convert(sprite(), None, asked)
    assert 1 < done.trials <= asked.max_trials
    assert done.quality.bytes < size
    assert convert(sprite(), None, replace(asked, max_trials=1)).parameters == PIXELS


def test_an_icon_that_no_tracing_keeps_is_drawn_as_its_pixels() -> None:
    """Smooth edges alone do not make it pixel art, so that squares come last, within the trials that were allowed."""
    icon = opaque(resize(speckled(), 32, 32)[..., :3])
    asked = ConversionOptions(TARGETS, target_quality=0.9999, max_trials=2)
    done = convert(icon, None, asked)
    assert (done.parameters, done.trials, done.missed) == (PIXELS, 2, ())
    assert convert(icon, None, replace(asked, max_trials=1)).parameters.mode == "spline"


def test_an_answer_that_shows_nothing_never_keeps_its_promise() -> None:
    """However weak the promise is, and though all that it asks was measured: `worst` is named as missed."""
    weak = Promise(0.0, 0.0, 100.0)
    kept = conversion(promise=weak)
    assert kept.missed == ()
    assert conversion(promise=weak, empty=True).missed == ("worst",)


def test_a_ground_is_removed_before_anything_is_looked_at() -> None:
    """The SVG is clear where the ground was, and measured against a picture that is."""
    done = convert(logo(), None, ConversionOptions(TARGETS, background="remove"))
    alpha = render(done.svg, 64, 64)[..., 3]
    assert (alpha[0, 0], alpha[32, 32]) == (0, 255)
    assert done.missed == ()


def test_real_units_that_leave_no_byte_are_a_promise_missed() -> None:
    """What real units add may be more than `max_bytes`: the answer says that bytes are missed."""
    models = scripted((COARSE, 0.9, 0.9, 700), (GOOD, 0.97, 0.95, 900))
    assert "bytes" in convert(logo(), models, ConversionOptions(TARGETS, units="mm", max_bytes=1)).missed


def test_real_units_count_as_bytes() -> None:
    """The size in millimetres is part of what is told, and of what has to fit into a size; the drawing stays."""
    plain = convert(logo(), None, ConversionOptions(TARGETS))
    resolution = Resolution(127, 127)
    sized = convert(logo(), None, ConversionOptions(TARGETS, units="mm"), resolution)
    assert sized.svg == plain.svg.replace('width="64" height="64"', 'width="12.8mm" height="12.8mm"')
    assert sized.quality == replace(plain.quality, bytes=len(sized.svg))
    tight = ConversionOptions(TARGETS, units="mm", max_bytes=sized.quality.bytes)
    assert convert(logo(), None, tight, resolution).missed == ()
    tighter = replace(tight, max_bytes=sized.quality.bytes - 1)
    done = convert(logo(), None, tighter, resolution)
    assert done.quality.bytes == len(done.svg)
    assert done.quality.bytes < sized.quality.bytes or done.missed == ("bytes",)


def test_bytes_are_those_of_the_answer() -> None:
    """Also where the drawing's own pixels are not square, so that the root element allows for that already."""
    tall = np.full((1100, 3, 4), 255, np.uint8)
    tall[400:700, :, :3] = (200, 30, 30)
    done = convert(tall, None, ConversionOptions(TARGETS, units="in"), Resolution(204, 98))
    assert done.svg.count("preserveAspectRatio") == 1
    assert done.quality.bytes == len(done.svg)


def test_a_ground_that_was_asked_for_is_the_first_element() -> None:
    """One path, which people can delete; blends along edges are with the new ground."""
    done = convert(logo(), None, ConversionOptions(TARGETS, background="#123456"))
    assert re.search(r"<svg [^>]*><path fill=\"#123456\" d=\"m0 0h256v256H0z\"/>", done.svg)
    assert done.missed == ()
    assert done.quality.delta_e < 1


def test_a_finished_svg_is_measured_as_it_is() -> None:
    """What a precision or a palette costs is in the figures, and in what was missed."""
    plain = convert(logo(), None, ConversionOptions(TARGETS))
    finish = Finish(precision=0, palette=("#ffffff", "#ff0000"))
    done = convert(logo(), None, ConversionOptions(TARGETS, finish=finish, units="mm"))
    assert 'viewBox="0 0 64 64"' in done.svg
    assert set(re.findall(r"#[0-9a-f]{6}", done.svg)) <= {"#ffffff", "#ff0000"}
    assert replace(done.quality, bytes=0) == replace(Reference(logo()).measure(done.svg), bytes=0)
    assert done.quality.bytes == len(done.svg)
    assert "delta_e" in done.missed
    assert plain.svg == convert(logo(), None, ConversionOptions(TARGETS, finish=Finish())).svg


def test_the_comment_of_a_pretty_svg_has_the_figures_of_the_answer() -> None:
    """Of the SVG in the palette's colours, not of the one before."""
    finish = Finish(palette=("#ffffff", "#ff0000"), pretty=True)
    done = convert(logo(), None, ConversionOptions(TARGETS, finish=finish))
    assert f"<!-- ssim {done.quality.ssim:.4f}, worst {done.quality.worst:.4f}," in done.svg
    assert done.quality == Reference(logo()).measure(done.svg)


def test_one_ink_is_traced_as_such() -> None:
    """Disc and ring in the colour of the text, measured against the picture in that ink."""
    options = ConversionOptions(TARGETS, monochrome="currentColor", finish=Finish(current_colour=True))
    done = convert(logo(), None, options)
    assert "currentColor" in done.svg
    assert "#" not in done.svg
    assert done.missed == ()
    assert done.quality == Reference(in_one_ink(logo(), "#000")).measure(done.svg)
    assert render(done.svg, 64, 64)[0, 0, 3] == 0
