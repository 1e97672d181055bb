"""Profiles made of chromaticities and curves."""

import io

import pytest
from PIL import ImageCms

from svgai.decode.colour.simple_profiles import SRGB_CURVE, SRGB_PRIMARIES, Chromaticity, Curve, Primaries, rgb_profile


def test_the_profile_of_srgb_has_its_primaries() -> None:
    """LittleCMS reads the same colorants as in its own profile of sRGB."""
    own = ImageCms.ImageCmsProfile(io.BytesIO(rgb_profile(SRGB_PRIMARIES, SRGB_CURVE))).profile
    littlecms = ImageCms.createProfile("sRGB")
    for colour in ("red_colorant", "green_colorant", "blue_colorant"):
        for found, expected in zip(getattr(own, colour)[0], getattr(littlecms, colour)[0], strict=True):
            assert found == pytest.approx(expected, abs=2e-4)


@pytest.mark.parametrize("blue", [(0.15, 0.0), (0.64, 0.33), (2.0, 0.1), (float("nan"), 0.1)])
def test_impossible_primaries_are_refused(blue: Chromaticity) -> None:
    """No profile is made of points that span no colours."""
    wrong = Primaries(SRGB_PRIMARIES.white, SRGB_PRIMARIES.red, SRGB_PRIMARIES.green, blue)
    with pytest.raises(ValueError, match=r"primaries|chromaticity"):
        rgb_profile(wrong, Curve(2.2))
