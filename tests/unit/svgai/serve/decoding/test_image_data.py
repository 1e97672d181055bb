"""What a client sent as an image, and what the models see of it."""

import base64
import io
import timeit

import numpy as np
import pytest
from PIL import Image

from loadtests.faults.hostile_images import text_bomb_png
from svgai.decode.formats.plain_png import is_plain_png
from svgai.decode.image_files import decode_image
from svgai.decode.limits import ImageLimits
from svgai.errors import InvalidImage, TooLarge
from svgai.model_files.model_pair import model_input
from svgai.serve.decoding.image_data import SHRUNK_PIXELS, image_bytes, plain_png_of, see_image
from tests.fakes.serving_fakes import png
from tests.fakes.tiny_models import drawn_logo

LIMITS = ImageLimits(10_000_000, 33_000_000)


@pytest.mark.parametrize("prefix", ["", "data:image/png;base64,"])
def test_base64_may_be_wrapped_or_prefixed(prefix: str) -> None:
    """Line breaks, as `base64` prints them, and data: prefixes are fine."""
    data = bytes(range(256))
    assert image_bytes(prefix + base64.encodebytes(data).decode()) == data


@pytest.mark.parametrize("text", ["a", "ab=c", "äöü", "data:image/png;base64,*"])
def test_text_that_is_no_base64_is_no_image(text: str) -> None:
    """Anything else is refused."""
    with pytest.raises(InvalidImage):
        image_bytes(text)


@pytest.mark.parametrize("prefix", ["", "data:image/png;base64,"])
@pytest.mark.parametrize("extra", [b"", b"a", b"ab"])
def test_a_plain_png_in_base64_is_told_from_others(prefix: str, extra: bytes) -> None:
    """By its chunks, of which only the heads are decoded; what is behind the last one does not matter."""
    plain, bomb = png() + extra, text_bomb_png() + extra
    assert is_plain_png(png())
    for data in (plain, bomb, plain[:60], b"", np.random.default_rng(0).bytes(1000)):
        expected = data if is_plain_png(data) else None
        assert plain_png_of(prefix + base64.b64encode(data).decode(), 10**6) == expected
        assert plain_png_of(data, 10**6) == expected


@pytest.mark.parametrize("text", ["a", "ab=c", "äöü" * 30, "=" * 50, "data:image/png;base64,*", "\n" * 50])
def test_text_that_is_no_base64_is_no_plain_png(text: str) -> None:
    """Nor is base64 with line breaks: another process decodes it."""
    assert plain_png_of(text, 10**6) is None
    assert plain_png_of(base64.encodebytes(png()).decode(), 10**6) is None


@pytest.mark.alone
def test_a_text_is_not_decoded_to_see_that_it_is_no_plain_png() -> None:
    """The event loop does this for each image of a list."""
    text = base64.b64encode(text_bomb_png()).decode()
    seconds = min(timeit.repeat(lambda: plain_png_of(text, 10**6), number=10, repeat=20)) / 10
    assert seconds < min(timeit.repeat(lambda: image_bytes(text), number=10, repeat=20)) / 10 / 3


def test_an_ordinary_image_is_seen_as_its_pixels_are() -> None:
    """Picture and features are those of the decoded image, to the byte."""
    pixels, seen = see_image(png(), LIMITS)
    expected = model_input(decode_image(png()).rgba)
    assert pixels == 48 * 48
    assert seen is not None
    assert np.array_equal(seen.picture, expected.picture)
    assert np.array_equal(seen.features, expected.features)


def test_a_large_image_is_seen_as_its_pixels_are() -> None:
    """One that is brought down piece by piece, lies on its side and is transparent in part, too."""
    logo = drawn_logo(3, 1600)[:1300]
    logo[:, :500, 3] = np.linspace(0, 255, 500).astype(np.uint8)
    assert logo.shape[0] * logo.shape[1] > SHRUNK_PIXELS
    exif = Image.Exif()
    exif[0x112] = 6
    file = io.BytesIO()
    Image.fromarray(logo).save(file, "PNG", exif=exif, compress_level=1)
    _, seen = see_image(file.getvalue(), LIMITS)
    expected = model_input(decode_image(file.getvalue()).rgba)
    assert seen is not None
    assert np.abs(seen.picture.astype(int) - expected.picture).max() <= 1
    assert np.allclose(seen.features, expected.features, atol=1e-2)
    assert seen.features[1] == expected.features[1]


def test_what_is_not_asked_for_is_not_decoded() -> None:
    """Of an image of more pixels than wanted only their number comes back, of one beyond the limit a fault."""
    cut_off = png()[:200]
    assert see_image(cut_off, LIMITS, most_pixels=1000) == (48 * 48, None)
    with pytest.raises(TooLarge):
        see_image(png(), ImageLimits(10_000_000, 1000))
