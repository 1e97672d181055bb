"""What PNG files say of their colours."""

import struct

import numpy as np
import pytest
from PIL import Image

from svgai.decode.colour.colour_profiles import to_srgb
from svgai.decode.colour.png_colours import png_profile
from svgai.decode.formats.png_chunks import read_chunks
from tests.inputs.icc_profiles import ADOBE_RGB, LINEAR_GREY, inks
from tests.inputs.png_files import chunk, iccp, png_file

SRGB = chunk(b"sRGB", b"\0")
P3 = chunk(b"cICP", bytes((12, 13, 0, 1)))
SRGB_CORNERS = (31270, 32900, 64000, 33000, 30000, 60000, 15000, 6000)


def gamma(value: float) -> bytes:
    return chunk(b"gAMA", struct.pack(">I", round(value * 100_000)))


def corners(*numbers: int) -> bytes:
    return chunk(b"cHRM", struct.pack(">8I", *numbers))


def profile(*extra: bytes, colour_type: int = 2) -> bytes | None:
    return png_profile(read_chunks(png_file((1, 1), 8, colour_type, bytes(4), *extra)))


@pytest.mark.parametrize(
    "extra",
    [
        (),
        (SRGB,),
        (gamma(0.45455),),
        (gamma(0.45455), corners(*SRGB_CORNERS)),
        (SRGB, gamma(1)),
        (corners(31270, 32900, 68000, 32000, 26500, 69000, 15000, 6000),),
        (gamma(0),),
        (gamma(300),),
        (chunk(b"cICP", bytes((1, 13, 0, 1))), iccp(ADOBE_RGB)),
        (chunk(b"cICP", bytes((9, 16, 0, 1))), iccp(ADOBE_RGB)),
        (chunk(b"cICP", bytes((9, 18, 0, 1))), gamma(1)),
    ],
)
def test_srgb_and_the_unknown_have_no_profile(extra: tuple[bytes, ...]) -> None:
    """Files that say nothing, sRGB in any form, impossible numbers, or a high dynamic range keep their pixels."""
    assert profile(*extra) is None


def test_the_better_chunk_counts() -> None:
    """CICP goes before iCCP, iCCP before sRGB, and sRGB before gAMA."""
    assert profile(P3, iccp(ADOBE_RGB)) == profile(P3) != ADOBE_RGB
    assert profile(iccp(ADOBE_RGB), SRGB, gamma(1)) == ADOBE_RGB
    assert profile(SRGB, gamma(1)) is None


@pytest.mark.parametrize(
    "useless",
    [
        iccp(inks()),
        iccp(LINEAR_GREY),
        chunk(b"iCCP", b"name"),
        chunk(b"cICP", b"\1"),
        chunk(b"cICP", bytes((12, 13, 0, 0))),
        chunk(b"cICP", bytes((12, 99, 0, 1))),
    ],
)
def test_a_useless_chunk_makes_way_for_the_next(useless: bytes) -> None:
    """Profiles of other colour models and unknown code points are as good as none."""
    assert profile(useless, gamma(1)) == profile(gamma(1)) is not None


@pytest.mark.parametrize("wrong", [(31270, 0, *SRGB_CORNERS[2:]), (4_000_000_000,) * 8, (0,) * 8, (1,) * 8])
def test_impossible_chromaticities_are_passed_over(wrong: tuple[int, ...]) -> None:
    """The gamma holds without them."""
    assert profile(gamma(1), corners(*wrong)) == profile(gamma(1))
    assert profile(gamma(0.45455), corners(*wrong)) is None


@pytest.mark.parametrize(
    "extra, sample, expected",
    [
        (gamma(1), 128, 188),
        (gamma(1 / 1.8), 128, 145),
        (chunk(b"cICP", bytes((1, 8, 0, 1))), 55, 128),
        (chunk(b"cICP", bytes((1, 1, 0, 1))), 128, 139),
        (chunk(b"cICP", bytes((9, 15, 0, 1))), 128, 139),
    ],
)
@pytest.mark.parametrize("colour_type, mode", [(0, "L"), (2, "RGB"), (4, "LA"), (6, "RGBA")])
def test_curves_bring_grey_to_srgb(extra: bytes, sample: int, expected: int, colour_type: int, mode: str) -> None:
    """A middle grey by each curve comes out as the level of sRGB that has its light."""
    grey = Image.new("L", (1, 1), sample).convert(mode)
    found = to_srgb(grey, profile(extra, colour_type=colour_type)).convert("RGB")
    assert np.abs(np.asarray(found, int) - expected).max() <= 1


def test_display_p3_is_told_by_its_code_points() -> None:
    """What is sRGB's red in Display P3 is red."""
    found = to_srgb(Image.new("RGB", (1, 1), (234, 51, 35)), profile(P3))
    assert np.abs(np.asarray(found, int) - (255, 0, 0)).max() <= 3
