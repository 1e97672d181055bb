"""The generator of synthetic logos."""

import re
import xml.etree.ElementTree as ET

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from svgai.decode.image_files import decode_image
from svgai.decode.pixels import composite
from svgai.logo_types import LOGO_TYPES, LogoType
from svgai.measure.rendering import render
from training.data.synthetic.drawing.typefaces import FontLibrary
from training.data.synthetic.logos import (
    generate_image,
    generate_svg,
    generator_fingerprint,
    image_suffix,
)

KINDS = st.sampled_from(LOGO_TYPES)
SEEDS = st.integers(0, 2**40)


@given(KINDS, SEEDS)
@settings(deadline=None, max_examples=60)
@pytest.mark.slow
def test_same_seed_gives_same_svg(kind: LogoType, seed: int) -> None:
    """A kind and a seed give the same text, also with a library that has not read a font yet."""
    assert generate_svg(kind, seed) == generate_svg(kind, seed, FontLibrary.bundled())


@pytest.mark.slow
@given(KINDS, SEEDS)
@settings(deadline=None, max_examples=100)
def test_svg_is_closed_and_well_formed(kind: LogoType, seed: int) -> None:
    """Every SVG parses, has a sane viewBox, holds paths and gradients only, and refers to nothing outside."""
    svg = generate_svg(kind, seed)
    root = ET.fromstring(svg)
    left, top, width, height = (float(value) for value in root.attrib["viewBox"].split())
    assert (left, top) == (0, 0)
    assert min(width, height) > 4
    assert max(width, height) == pytest.approx(512, abs=0.01)
    tags = {element.tag.split("}")[-1] for element in root.iter()}
    assert tags <= {"svg", "defs", "path", "clipPath", "linearGradient", "radialGradient", "stop"}
    assert "nan" not in svg
    assert "inf" not in svg
    assert set(re.findall(r"url\(#(\w+)\)", svg)) == set(re.findall(r' id="(\w+)"', svg))


@pytest.mark.slow
@given(KINDS, SEEDS)
@settings(deadline=None, max_examples=100)
def test_svg_shows_something(kind: LogoType, seed: int) -> None:
    """The drawing is seen on white or on black and fills its frame to a fair part."""
    rgba = render(generate_svg(kind, seed), 96, 96)
    assert rgba[..., 3].max() > 100
    seen = [np.abs(composite(rgba, ground).astype(int) - ground).max(axis=2) > 24 for ground in (255, 0)]
    assert max(mask.mean() for mask in seen) > 0.01
    drawn = rgba[..., 3] > 40
    assert np.ptp(np.nonzero(drawn.any(axis=1))[0]) > 40
    assert np.ptp(np.nonzero(drawn.any(axis=0))[0]) > 40


@given(KINDS, SEEDS)
@settings(deadline=None, max_examples=60)
@pytest.mark.slow
def test_image_is_what_its_file_decodes_to(kind: LogoType, seed: int) -> None:
    """The pixels handed out are those of the encoded file, whose format the suffix promises; sizes are usual ones."""
    image = generate_image(kind, seed)
    assert np.array_equal(decode_image(image.data).rgba, image.rgba)
    assert image.rgba.dtype == np.uint8
    assert 64 <= max(image.rgba.shape[:2]) <= 512
    assert image.file_suffix == image_suffix(kind, seed) == (".png" if image.data[:4] == b"\x89PNG" else ".jpg")
    assert (image.kind, image.seed) == (kind, seed)


@given(KINDS, SEEDS)
@settings(deadline=None, max_examples=60)
@pytest.mark.slow
def test_image_is_not_blank(kind: LogoType, seed: int) -> None:
    """Whatever the background, the mark stands out from the corner pixel of the picture or has transparency."""
    rgba = generate_image(kind, seed).rgba.astype(int)
    assert np.ptp(rgba.reshape(-1, 4), axis=0).max() > 40


def test_gradients_belong_to_the_gradient_type() -> None:
    """Gradient logos always have gradients, simple ones never."""
    assert all("Gradient" in generate_svg("gradient", seed) for seed in range(60))
    assert not any("Gradient" in generate_svg("simple", seed) for seed in range(60))


def test_complex_logos_have_more_parts_than_simple_ones() -> None:
    """The typical illustration has several times the parts of the typical flat mark."""
    parts = {
        kind: float(np.median([generate_svg(kind, seed).count("<path d") for seed in range(60)]))
        for kind in ("simple", "complex")
    }
    assert parts["complex"] > 4 * parts["simple"]


@pytest.mark.slow
def test_images_vary_in_background_and_format() -> None:
    """Among fifty images some are transparent, some opaque, some JPEG."""
    images = [generate_image("simple", seed) for seed in range(50)]
    transparent = sum(bool(image.rgba[..., 3].min() == 0) for image in images)
    assert 3 < transparent < 30
    assert 3 < sum(image.file_suffix == ".jpg" for image in images) < 30


def test_unknown_kind_is_refused() -> None:
    """A kind that does not exist is named in the fault."""
    with pytest.raises(ValueError, match="photo"):
        generate_svg("photo", 1)  # type: ignore[arg-type]


def test_fingerprint_is_a_digest() -> None:
    """The fingerprint is a SHA-256, the same at every call."""
    assert re.fullmatch(r"[0-9a-f]{64}", generator_fingerprint())
    assert generator_fingerprint() == generator_fingerprint()
