"""A client's image: its bytes, and the models' inputs for it, in whichever process calls."""

import base64
import binascii
import string

from svgai.decode.formats.plain_png import MOST_BYTES, is_plain_png
from svgai.decode.image_files import opened_image, to_rgba
from svgai.decode.limits import ImageLimits
from svgai.decode.shrinking import shrink_image
from svgai.describe.classifier import INPUT_SIDE, squared_picture
from svgai.describe.features import FEATURES_SIDE, features_of_shrunk
from svgai.errors import InvalidImage
from svgai.model_files.model_pair import ModelInput, model_input

CHEAP_PIXELS = 1_000_000
"""Images of up to so many are decoded at once; larger ones queue in the slow lane."""

SHRUNK_PIXELS = 2_000_000
"""Larger images are reduced piece by piece."""

_BLANKS = string.whitespace.encode()

_MOST_TEXT = 2 * MOST_BYTES


def image_bytes(image: str | bytes) -> bytes:
    """
    The bytes of an image given as such, or in base64 (line breaks and a data: prefix are fine).

    Raises:
        InvalidImage: the text is not base64.
    """
    if isinstance(image, bytes):
        return image
    try:
        # Not split(): text with a space after every letter would become millions of pieces.
        return base64.b64decode(_encoded(image).encode("ascii").translate(None, _BLANKS), validate=True)
    except (binascii.Error, ValueError):
        raise InvalidImage("the image is not base64") from None


def _encoded(image: str) -> str:
    """The base64 of an image's text."""
    return image.partition(",")[2] if image.startswith("data:") else image


class _Decoded:
    """The bytes of base64, decoded where they are read; garbage after a line break."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._size = 3 * len(text) // 4 - text[-2:].count("=")

    def __len__(self) -> int:
        return self._size

    def __getitem__(self, part: slice, /) -> bytes:
        first = part.start // 3
        decoded = binascii.a2b_base64(self._text[4 * first : 4 * -(-part.stop // 3)])
        return decoded[part.start - 3 * first : part.stop - 3 * first]


def plain_png_of(image: str | bytes, max_pixels: int) -> bytes | None:
    """
    The bytes of an image whose header proves that it is cheap to decode (see is_plain_png); None for any other, which
    also those in base64 with line breaks count as.
    """
    if len(image) > _MOST_TEXT:
        return None
    try:
        # Looked at before it is decoded: the event loop calls this, for each of a hundred images of a list.
        if isinstance(image, str) and not is_plain_png(_Decoded(_encoded(image)), max_pixels):
            return None
        data = image_bytes(image)
    except (InvalidImage, ValueError):
        return None
    return data if is_plain_png(data, max_pixels) else None


def see_image(data: bytes, limits: ImageLimits, most_pixels: int | None = None) -> tuple[int, ModelInput | None]:
    """
    The number of pixels of an image file, and the models' inputs for it; no inputs if it has more than `most_pixels`.

    Raises:
        InvalidImage, TooLarge, UnsupportedMediaType: as decode_image.
    """
    with opened_image(data, max_bytes=limits.max_bytes, max_pixels=limits.max_pixels) as image:
        pixels = image.width * image.height
        if most_pixels is not None and pixels > most_pixels:
            return pixels, None
        if pixels <= SHRUNK_PIXELS:
            return pixels, model_input(to_rgba(image))
        shrunk = shrink_image(image, (INPUT_SIDE, FEATURES_SIDE))
    inner, small = shrunk.pictures
    return pixels, ModelInput(squared_picture(inner, shrunk.ground), features_of_shrunk(small, *shrunk.size))
