"""
Image files to pixels: PNG, JPEG, WebP, GIF (first frame), BMP, TIFF (first page), PPM, ICO (the largest) and TGA.

Sizes are read from the file's header and checked before any pixel is decoded. Colours come out in sRGB; images without
colour information are taken as sRGB, as in browsers.
"""

import io
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
from PIL import ExifTags, Image, UnidentifiedImageError

from svgai.array_types import Pixels
from svgai.decode.colour.colour_profiles import to_srgb
from svgai.decode.colour.png_colours import png_profile
from svgai.decode.formats.icons import ICON_START, largest_picture
from svgai.decode.formats.netpbm import NETPBM_STARTS, check_netpbm
from svgai.decode.formats.part_counts import check_part_counts
from svgai.decode.formats.png_chunks import SIGNATURE, PngChunks, read_chunks
from svgai.decode.formats.targa import is_targa
from svgai.decode.formats.webp_chunks import is_large_webp
from svgai.decode.image_formats import FORMATS, other_format
from svgai.decode.image_resolution import Resolution, png_resolution, resolution_of
from svgai.decode.sample_depths import to_eight_bits
from svgai.decode.unread_variants import unread_variant
from svgai.errors import InvalidImage, SvgAiError, TooLarge, UnsupportedMediaType

_TOLD_BY_FIRST_BYTES = ("PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF")

_ACCEPTED = ", ".join(FORMATS)

_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""The transposition that makes an image of each EXIF orientation upright."""

ONTO_SIDE = frozenset({_TURNS[5], _TURNS[6], _TURNS[7], _TURNS[8]})
"""The transpositions that swap width and height."""

# Pillow's decoders raise any of these for damaged files.
_DECODER_FAULTS = (
    OSError, SyntaxError, ValueError, EOFError, IndexError, KeyError, TypeError, OverflowError, struct.error
)  # fmt: skip


@dataclass(frozen=True, eq=False)
class Raster:
    """
    A decoded image: `rgba` is (height, width, 4) uint8 with straight alpha; `format` is one of FORMATS.

    `resolution`: of the upright image, if the file names one.
    """

    rgba: Pixels
    format: str
    resolution: Resolution | None = None

    @property
    def width(self) -> int:
        return int(self.rgba.shape[1])

    @property
    def height(self) -> int:
        return int(self.rgba.shape[0])

    @property
    def has_alpha(self) -> bool:
        return bool((self.rgba[..., 3] < 255).any())


@dataclass(frozen=True)
class Header:
    """The header of an image file; `format` is one of FORMATS."""

    format: str
    width: int
    height: int

    @property
    def pixels(self) -> int:
        return self.width * self.height


def decode_image(data: bytes, *, max_bytes: int = 10_000_000, max_pixels: int = 33_000_000) -> Raster:
    """
    Decode an image file.

    Raises:
        InvalidImage: the bytes are empty, not an image, truncated or damaged.
        TooLarge: more than `max_bytes`, or decodes to more than `max_pixels`.
        UnsupportedMediaType: an image of another format.
    """
    with opened_image(data, max_bytes=max_bytes, max_pixels=max_pixels) as image:
        return Raster(to_rgba(image), _format_of(data, image), _upright_resolution(image))


def read_header(data: bytes, *, max_bytes: int = 10_000_000, max_pixels: int = 33_000_000) -> Header:
    """Read the header of an image file. Raises what `decode_image` would, as far as the header shows it."""
    with opened_image(data, max_bytes=max_bytes, max_pixels=max_pixels) as image:
        return Header(_format_of(data, image), image.width, image.height)


@contextmanager
def opened_image(data: bytes, *, max_bytes: int, max_pixels: int) -> Iterator[Image.Image]:
    """
    An image whose header was read and accepted; Pillow's exceptions inside the block become our errors.

    Raises:
        InvalidImage, TooLarge, UnsupportedMediaType: as decode_image.
    """
    if not data:
        raise InvalidImage("the image is empty")
    if len(data) > max_bytes:
        raise TooLarge(f"the image has {len(data):,} bytes; at most {max_bytes:,} are accepted")
    _raise_own_limit(max_pixels)
    try:
        file = largest_picture(data) if data.startswith(ICON_START) else data
        check_part_counts(file)
        chunks = read_chunks(file) if file.startswith(SIGNATURE) else None
        with Image.open(io.BytesIO(chunks.file if chunks else file), formats=_candidates(file)) as image:
            if image.width * image.height > max_pixels:
                raise TooLarge(
                    f"the image has {image.width} x {image.height} pixels; at most {max_pixels:,} are accepted"
                )
            if chunks:
                _take_chunks(image, chunks)
            yield image
    except UnidentifiedImageError:
        raise _refusal(data) or InvalidImage(f"the data is not an image; send one of {_ACCEPTED}") from None
    except Image.DecompressionBombError:
        raise TooLarge(f"the image decodes to more than the accepted {max_pixels:,} pixels") from None
    except MemoryError:
        raise TooLarge("the image does not fit into memory") from None
    except _DECODER_FAULTS as fault:
        raise _refusal(data) or _damage(data, fault) from fault


def _raise_own_limit(max_pixels: int) -> None:
    """Raise Pillow's process-wide limit, which must not reject what is accepted here; it is never lowered."""
    if Image.MAX_IMAGE_PIXELS is not None:
        Image.MAX_IMAGE_PIXELS = max(Image.MAX_IMAGE_PIXELS, max_pixels)


def _take_chunks(image: Image.Image, chunks: PngChunks) -> None:
    if not chunks.can_be_whole:
        raise InvalidImage("the image is damaged or cut off: its data cannot hold as many pixels")
    image.info["icc_profile"] = png_profile(chunks)
    image.info["dpi"] = png_resolution(chunks.density)


def _damage(data: bytes, fault: Exception) -> SvgAiError:
    if "could not create decoder object" in str(fault) and is_large_webp(data):
        return TooLarge("the image does not fit into memory")
    return InvalidImage("the image is damaged or cut off").because(fault)


def _refusal(data: bytes) -> UnsupportedMediaType | None:
    """Names the format of a file that Pillow failed on, if it is a known unsupported one."""
    name = other_format(data) or unread_variant(data)
    return UnsupportedMediaType(f"{name} is not accepted; send one of {_ACCEPTED}") if name else None


def _candidates(file: bytes) -> tuple[str, ...]:
    """The formats that Pillow may try: some only if the file's first bytes match."""
    if file.startswith(ICON_START):
        return ("ICO",)
    if file.startswith(NETPBM_STARTS):
        check_netpbm(file)
        return ("PPM",)
    return ("TGA",) if is_targa(file) else _TOLD_BY_FIRST_BYTES


def _format_of(data: bytes, image: Image.Image) -> str:
    if data.startswith(ICON_START):
        return "ICO"
    # MPO is what Pillow calls a JPEG with further pictures behind the first.
    return "JPEG" if image.format == "MPO" else image.format or ""


def to_rgba(image: Image.Image) -> Pixels:
    """The upright straight-alpha pixels (h, w, 4) of an opened image."""
    image.load()
    colours = srgb_part(image, image)
    turn = turn_of(image)
    upright = colours if turn is None else colours.transpose(turn)
    return np.asarray(upright if upright.mode == "RGBA" else upright.convert("RGBA"))


def srgb_part(part: Image.Image, whole: Image.Image) -> Image.Image:
    """A part of an opened and loaded image, or all of it, with eight bits a sample and its colours in sRGB."""
    # CIELAB needs no profile: one for RGB does not apply to these samples.
    profile = None if whole.mode == "LAB" else whole.info.get("icc_profile")
    return to_srgb(to_eight_bits(part, whole), profile if isinstance(profile, bytes) else None)


def _upright_resolution(image: Image.Image) -> Resolution | None:
    try:
        resolution = resolution_of(image)
    except _DECODER_FAULTS:
        return None
    return Resolution(*reversed(resolution)) if resolution and turn_of(image) in ONTO_SIDE else resolution


def turn_of(image: Image.Image) -> Image.Transpose | None:
    """The transposition that makes a loaded image upright; none if its EXIF block is damaged."""
    try:
        return _TURNS.get(image.getexif().get(ExifTags.Base.Orientation, 1))
    except _DECODER_FAULTS:
        return None
