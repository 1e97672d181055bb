"""Colours of embedded profiles in sRGB."""

import io

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageCms

from svgai.decode.colour.colour_profiles import MAX_PROFILE_BYTES, to_srgb
from svgai.decode.colour.simple_profiles import DISPLAY_P3_PRIMARIES, SRGB_CURVE, SRGB_PRIMARIES, rgb_profile
from tests.inputs.icc_profiles import ADOBE_RGB, LINEAR_GREY, PRO_PHOTO, inks

DISPLAY_P3 = rgb_profile(DISPLAY_P3_PRIMARIES, SRGB_CURVE)
CHANNELS = {"L": 1, "LA": 2, "RGB": 3, "RGBA": 4, "CMYK": 4}
PROFILES = {"L": LINEAR_GREY, "LA": LINEAR_GREY, "RGB": DISPLAY_P3, "RGBA": DISPLAY_P3, "CMYK": inks()}


def noise(mode: str) -> Image.Image:
    samples = np.random.default_rng(0).integers(0, 256, (20, 30, CHANNELS[mode]), np.uint8)
    return Image.frombytes(mode, (30, 20), samples.tobytes())


@pytest.mark.parametrize(
    "mode, profile",
    [("RGB", DISPLAY_P3), ("RGB", ADOBE_RGB), ("RGB", PRO_PHOTO), ("L", LINEAR_GREY), ("CMYK", inks())],
)
def test_colours_are_those_of_littlecms(mode: str, profile: bytes) -> None:
    """Within two levels, for wide, narrow, grey and printed colours."""
    expected = ImageCms.profileToProfile(
        noise(mode), ImageCms.ImageCmsProfile(io.BytesIO(profile)), ImageCms.createProfile("sRGB"), outputMode="RGB"
    )
    assert expected is not None
    found = np.asarray(to_srgb(noise(mode), profile).convert("RGB"), int)
    assert np.abs(found - np.asarray(expected)).max() <= 2


@pytest.mark.parametrize(
    "profile, sample, expected",
    [
        (DISPLAY_P3, (234, 51, 35), (255, 0, 0)),
        (DISPLAY_P3, (117, 251, 76), (0, 255, 0)),
        (ADOBE_RGB, (144, 255, 60), (0, 255, 0)),
        (PRO_PHOTO, (128, 128, 128), (145, 145, 145)),
        (ADOBE_RGB, (255, 255, 255), (255, 255, 255)),
    ],
)
def test_known_colours_are_right(profile: bytes, sample: tuple[int, ...], expected: tuple[int, ...]) -> None:
    """What sRGB's own colours are in wider spaces comes back as them."""
    found = to_srgb(Image.new("RGB", (1, 1), sample), profile)
    assert np.abs(np.asarray(found, int) - expected).max() <= 3


@pytest.mark.parametrize("mode", ["LA", "RGBA"])
def test_alpha_is_kept(mode: str) -> None:
    """A profile speaks of colours only."""
    image = noise(mode)
    found = to_srgb(image, PROFILES[mode])
    assert found.getchannel("A").tobytes() == image.getchannel("A").tobytes()
    assert found.convert("RGB").tobytes() != image.convert("RGB").tobytes()


@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
@pytest.mark.parametrize("made_by", ["littlecms", "numbers"])
def test_srgb_changes_nothing(mode: str, made_by: str) -> None:
    """Pixels with the profile of sRGB itself stay exactly as they are."""
    littlecms = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    profile = littlecms if made_by == "littlecms" else rgb_profile(SRGB_PRIMARIES, SRGB_CURVE)
    image = noise(mode)
    assert to_srgb(image, profile) is image


@pytest.mark.parametrize("mode", CHANNELS)
@pytest.mark.parametrize(
    "profile",
    [
        None,
        b"",
        b"no profile",
        DISPLAY_P3[:200],
        DISPLAY_P3.replace(b"mntr", b"link"),
        DISPLAY_P3 + bytes(MAX_PROFILE_BYTES),
        ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes(),
    ],
)
def test_a_useless_profile_is_ignored(mode: str, profile: bytes | None) -> None:
    """Pixels stay where there is no profile, or one that is damaged, huge or of another kind."""
    image = noise(mode)
    assert to_srgb(image, profile) is image


@pytest.mark.parametrize("mode, other", [("L", "RGB"), ("LA", "RGB"), ("RGB", "L"), ("RGBA", "CMYK"), ("CMYK", "RGB")])
def test_a_profile_of_another_colour_model_is_ignored(mode: str, other: str) -> None:
    """A printer's profile says nothing of a screen's colours."""
    image = noise(mode)
    assert to_srgb(image, PROFILES[other]) is image


@pytest.mark.slow
@given(
    st.sampled_from(sorted(PROFILES)),
    st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.integers(0, 255)), min_size=1, max_size=8),
)
@settings(max_examples=150, deadline=None)
def test_a_damaged_profile_never_fails(mode: str, changes: list[tuple[float, int]]) -> None:
    """Whatever is written into a profile, an image of the same size comes back."""
    damaged = bytearray(PROFILES[mode])
    for place, value in changes:
        damaged[int(place * len(damaged))] = value
    assert to_srgb(noise(mode), bytes(damaged)).size == (30, 20)
