import re
from xml.etree import ElementTree as ET

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from svgai.array_types import Pixels
from svgai.measure.quality import Reference
from svgai.measure.rendering import render
from svgai.trace.parameters import TracingParameters
from svgai.trace.tracer import WORKING_SIDE, Tracer, trace
from tests.inputs.tracing_inputs import coverage, opaque, shadowed

DEFAULTS = TracingParameters()


def _page(height: int, width: int, colour: tuple[int, int, int] = (255, 255, 255)) -> Pixels:
    page = np.full((height, width, 4), 255, np.uint8)
    page[..., :3] = colour
    return page


def _logo() -> Pixels:
    logo = _page(64, 96)
    logo[16:48, 20:70, :3] = (210, 20, 60)
    return logo


def _ramp() -> Pixels:
    ramp = _page(80, 120)
    ramp[..., 0] = np.linspace(20, 240, 120)
    ramp[..., 2] = np.linspace(200, 30, 120)
    ramp[..., 1] = 60
    return ramp


def _radial() -> Pixels:
    y, x = np.mgrid[:96, :96] + 0.5
    glow = _page(96, 96)
    distance = np.hypot(x - 40, y - 52)
    glow[..., 0] = np.clip(250 - 2 * distance, 0, 255)
    glow[..., 1] = np.clip(40 + 2 * distance, 0, 255)
    return glow


def _tags(svg: str) -> list[str]:
    return [element.tag.rpartition("}")[2] for element in ET.fromstring(svg).iter()]


@pytest.mark.parametrize("colour_models", ["none", "flat", "gradient"])
@pytest.mark.parametrize("image", [_logo(), _ramp(), _page(1, 1), _page(3, 200, (1, 2, 3))])
def test_svg_is_valid_and_has_the_size_of_the_image(image: Pixels, colour_models: str) -> None:
    """Every way to trace gives well-formed XML with the image's size and a viewBox, the same each time."""
    parameters = TracingParameters.model_validate({"colour_models": colour_models})
    svg = trace(image, parameters)
    root = ET.fromstring(svg)
    assert (root.get("width"), root.get("height")) == (str(image.shape[1]), str(image.shape[0]))
    assert re.fullmatch(r"0 0 \d+ \d+", root.get("viewBox", ""))
    assert trace(image, parameters) == svg


def test_linear_ramp_is_one_linear_gradient() -> None:
    """A linear ramp comes back as one linear gradient that no eye tells from it."""
    svg = trace(_ramp(), DEFAULTS)
    assert _tags(svg).count("linearGradient") == 1
    assert "radialGradient" not in _tags(svg)
    assert Reference(_ramp()).measure(svg).delta_e < 1


def test_radial_ramp_is_one_radial_gradient() -> None:
    """A radial ramp comes back as one radial gradient that no eye tells from it."""
    svg = trace(_radial(), DEFAULTS)
    assert _tags(svg).count("radialGradient") == 1
    assert "linearGradient" not in _tags(svg)
    assert Reference(_radial()).measure(svg).delta_e < 1


def test_flat_logo_has_exactly_its_colours() -> None:
    """A logo of two colours has these two fills and no others, and no gradient."""
    svg = trace(_logo(), DEFAULTS)
    assert set(re.findall(r'fill="(#\w+)"', svg)) == {"#fff", "#d2143c"}
    assert Reference(_logo()).measure(svg).ssim > 0.98


def test_flat_models_make_no_gradients() -> None:
    """Flat colour models paint a ramp in bands."""
    assert "Gradient" not in trace(_ramp(), TracingParameters(colour_models="flat"))


def test_transparent_image_is_an_empty_svg() -> None:
    """A fully transparent image gives an SVG of its size without elements."""
    svg = trace(np.zeros((20, 30, 4), np.uint8), DEFAULTS)
    assert _tags(svg) == ["svg"]
    assert (render(svg, 30, 20)[..., 3] == 0).all()


def test_transparency_is_kept() -> None:
    """Clear pixels stay clear, opaque ones opaque and of their colour."""
    logo = _logo()
    logo[..., 3] = 0
    logo[16:48, 20:70, 3] = 255
    pixels = render(trace(logo, DEFAULTS), 96, 64)
    assert pixels[4, 4, 3] == 0
    assert pixels[32, 40].tolist() == [210, 20, 60, 255]


def test_gradient_on_transparency_renders() -> None:
    """A gradient cut out by a silhouette keeps both."""
    ramp = _ramp()
    ramp[:20, :, 3] = 0
    svg = trace(ramp, DEFAULTS)
    assert "linearGradient" in _tags(svg)
    assert Reference(ramp).measure(svg).delta_e < 1


@pytest.mark.parametrize("colour_models", ["none", "gradient"])
def test_what_is_faint_everywhere_is_not_lost(colour_models: str) -> None:
    """A small image of which no pixel is half opaque comes back in its alpha, not as an empty page."""
    rgba = np.zeros((64, 64, 4), np.uint8)
    rgba[29:35, 29:35] = (20, 90, 200, 100)
    drawn = render(trace(rgba, TracingParameters.model_validate({"colour_models": colour_models})), 64, 64)
    assert np.abs(drawn[31:33, 31:33].astype(int) - (20, 90, 200, 100)).max() <= 8
    assert drawn[10, 10, 3] == 0


def test_soft_shadow_becomes_a_mask_with_gradients() -> None:
    """Translucency is traced as a mask of its own gradients, whose names meet no other's."""
    glow = _ramp()
    glow[..., 3] = np.linspace(0, 255, 80)[:, None]
    svg = trace(glow, DEFAULTS)
    names = re.findall(r' id="(\w+)"', svg)
    assert len(names) == len(set(names)) == 3
    rendered = render(svg, 120, 80)
    assert np.abs(rendered[..., 3].astype(int) - glow[..., 3]).mean() < 3


@pytest.mark.slow
def test_noise_stays_bounded() -> None:
    """Noise gives a bounded number of bytes and elements."""
    noise = np.random.default_rng(1).integers(0, 256, (300, 300, 4), np.uint8)
    noise[..., 3] = 255
    svg = trace(noise, DEFAULTS)
    assert len(svg) < 400_000
    assert len(_tags(svg)) < 4000


@pytest.mark.parametrize("size", [(1, 1), (1, 9), (9, 1), (2, 2)])
@pytest.mark.parametrize("alpha", [255, 120])
def test_the_smallest_images_are_kept(size: tuple[int, int], alpha: int) -> None:
    """An image of a few pixels, opaque or translucent, comes back in its colour and alpha."""
    rgba = np.full((*size, 4), (200, 10, 10, alpha), np.uint8)
    drawn = render(trace(rgba, DEFAULTS), size[1], size[0]).astype(int)
    assert np.abs(drawn - rgba).max() <= 3


@pytest.mark.slow
@given(height=st.integers(1, 6), width=st.integers(1, 6), seed=st.integers(0, 99))
@settings(max_examples=30, deadline=None)
def test_anything_small_is_traced(height: int, width: int, seed: int) -> None:
    """Few pixels of whatever colours and alphas give an SVG that renders."""
    rgba = np.random.default_rng(seed).integers(0, 256, (height, width, 4), np.uint8)
    assert render(trace(rgba, DEFAULTS), width, height).shape == rgba.shape


@pytest.mark.parametrize("colour_models", ["flat", "none"])
def test_a_palette_limits_colours_not_transparency(colour_models: str) -> None:
    """However few colours there may be, each level of alpha stays."""
    levels = np.array([255, 200, 150, 110, 70, 30], np.uint8)
    steps = np.zeros((40, 120, 4), np.uint8)
    steps[..., :3], steps[..., 3] = (200, 30, 60), levels.repeat(20)
    parameters = TracingParameters.model_validate({"colour_models": colour_models, "palette_size": 2})
    seen = render(trace(steps, parameters), 120, 40)[20, 10::20, 3]
    assert np.abs(seen.astype(int) - levels).max() <= 16


def _half_opaque_disc() -> Pixels:
    rgba = np.full((64, 64, 4), (20, 90, 200, 255), np.uint8)
    rgba[..., 3] = coverage(64, 24) // 2
    return rgba


def test_a_cut_out_needs_no_mask() -> None:
    """A clean cut-out of one colour is drawn as its shapes, whoever finds them."""
    rgba = _half_opaque_disc()
    rgba[..., 3] = coverage(64, 24)
    for colour_models in ("none", "gradient"):
        svg = trace(rgba, TracingParameters.model_validate({"colour_models": colour_models}))
        assert not {"mask", "clipPath"} & set(_tags(svg))
        assert render(svg, 64, 64)[2, 2, 3] == 0


def test_what_is_evenly_translucent_is_drawn_with_its_opacity() -> None:
    """A disc of half opacity is one element, and needs no mask."""
    svg = trace(_half_opaque_disc(), DEFAULTS)
    assert _tags(svg) == ["svg", "circle"]
    assert abs(int(render(svg, 64, 64)[32, 32, 3]) - 127) <= 2


def test_a_soft_shadow_lies_beneath_the_shape_that_casts_it() -> None:
    """Its alpha is off by less than two levels in the mean, without a mask, and the shape's edges stay sharp."""
    rgba = shadowed(96, 5)
    svg = trace(rgba, DEFAULTS)
    assert "mask" not in _tags(svg)
    assert len(_tags(svg)) < 20
    assert np.abs(render(svg, 96, 96)[..., 3].astype(int) - rgba[..., 3]).mean() < 2
    assert Reference(rgba).measure(svg).worst > 0.85


def test_a_translucent_picture_of_many_colours_is_drawn_behind_a_mask() -> None:
    """Where few layers would not show it, and by VTracer's regions, whose names are their own."""
    y, x = np.mgrid[:64, :64]
    rgba = np.dstack([x * 4, y * 4, 255 - x * 4, 90 + x * 2]).astype(np.uint8)
    rgba[20:40, 20:40, :3] = 255 - rgba[20:40, 20:40, :3]
    for colour_models in ("none", "flat"):
        svg = trace(rgba, TracingParameters.model_validate({"colour_models": colour_models}))
        names = re.findall(r' id="(\w+)"', svg)
        assert _tags(svg).count("mask") == 1
        assert len(names) == len(set(names))
        assert abs(int(render(svg, 64, 64)[50, 32, 3]) - 154) <= 16


@pytest.mark.slow
def test_a_photograph_stays_bounded() -> None:
    """Grain and soft shapes all over give a bounded number of bytes and elements."""
    y, x = np.mgrid[:280, :280] / 28
    picture = np.stack([np.sin(x + y * y / 9), np.cos(x * y / 3), np.sin(y - x * x / 7)], axis=2) * 90 + 128
    picture += np.random.default_rng(2).normal(0, 12, picture.shape)
    svg = trace(opaque(np.clip(picture, 0, 255).astype(np.uint8)), DEFAULTS)
    assert len(svg) < 300_000
    assert len(_tags(svg)) < 4000


@pytest.mark.slow
def test_large_image_is_traced_from_a_reduction() -> None:
    """An image beyond the working side keeps its size in the SVG, and its grid is that of the reduction."""
    svg = trace(_page(900, 1800), DEFAULTS)
    root = ET.fromstring(svg)
    assert (root.get("width"), root.get("height")) == ("1800", "900")
    width, height = (int(side) for side in root.get("viewBox", "").split()[2:])
    assert (width, height) == (WORKING_SIDE * DEFAULTS.grid, WORKING_SIDE * DEFAULTS.grid // 2)


@pytest.mark.parametrize("colour_models", ["none", "flat", "gradient"])
def test_pixels_are_drawn_where_they_are_asked_for(colour_models: str) -> None:
    """Whatever else is asked: one outline of a disc with hard edges, and nothing that could be drawn again."""
    rgb = np.where(coverage(40, 14)[..., None] > 127, np.uint8(0), np.uint8(255)).repeat(3, axis=2)
    asked = TracingParameters.model_validate({"mode": "pixels", "colour_models": colour_models, "upscale": 3})
    tracing = Tracer(opaque(rgb)).tracing(asked)
    assert not tracing.refinable
    assert (render(tracing.svg(), 40, 40)[..., :3] == rgb).all()


@pytest.mark.slow
def test_one_tracer_traces_in_many_ways() -> None:
    """Each as if it were the only one, in whatever order, and again."""
    ways = [
        DEFAULTS,
        TracingParameters(simplify=8),
        TracingParameters(upscale=3, filter_speckle=9),
        TracingParameters(colour_models="flat"),
        TracingParameters(colour_models="none"),
    ]
    tracer = Tracer(_radial())
    for way in (*ways, *reversed(ways)):
        assert tracer.tracing(way).svg() == trace(_radial(), way)


def test_what_one_tracing_followed_no_other_knows() -> None:
    """Though both have the same map."""
    tracer = Tracer(_logo())
    moved, other = tracer.tracing(DEFAULTS), tracer.tracing(DEFAULTS)
    plain = other.svg()
    moved.follow(np.full((64, 96, 4), -200, np.float32))
    assert moved.svg() != plain
    assert other.svg() == plain


def test_care_may_be_of_another_size_than_the_tracing() -> None:
    """It lies over the whole picture: half as many pixels say the same."""
    rgba = _radial()
    rgba[20:60, 20:70, :3] = (10, 90, 30)
    care = np.ones((48, 48), np.float32)
    care[:24] = 40
    tracing = Tracer(rgba).tracing(TracingParameters(simplify=16))
    assert tracing.refinable
    assert tracing.svg(care) == tracing.svg(care.repeat(2, 0).repeat(2, 1))


def test_outlines_behind_a_mask_stay() -> None:
    """Nobody sees whether the colours or the mask are off, so that nothing follows."""
    glow = _logo()
    glow[..., 3] = np.linspace(60, 255, 64).astype(np.uint8)[:, None]
    tracing = Tracer(glow).tracing(DEFAULTS)
    plain = tracing.svg()
    tracing.follow(np.full((64, 96, 4), -200, np.float32))
    assert tracing.svg() == plain
    assert "<mask" in plain
