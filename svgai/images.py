"""
Image files to pixels: PNG, JPEG, WebP, GIF (first frame), BMP and TIFF (first page) from bytes.

Sizes are read from the file's header and checked before any pixel is decoded. Embedded colour profiles are not
applied: pixels are taken as sRGB, as browsers take images without a profile.
"""

import io
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Literal

import cv2
import numpy as np
import numpy.typing as npt
from PIL import ExifTags, Image, UnidentifiedImageError

from svgai.errors import InvalidImage, TooLarge, UnsupportedMediaType

Pixels = npt.NDArray[np.uint8]

Ground = Literal[0, 255]
"""The grey level that transparent images are laid on: black or white."""

FORMATS = ("PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF")

_OTHER_FORMATS = {
    b"<?xml": "XML",
    b"%PDF": "PDF",
    b"8BPS": "PSD",
    b"\x00\x00\x01\x00": "ICO",
    b"ftypavi": "AVIF",
    b"ftyphei": "HEIC",
    b"ftypmif1": "HEIC",
    b"jP  ": "JPEG 2000",
    b"JXL ": "JPEG XL",
    b"\xff\x0a": "JPEG XL",
}
"""First bytes of what people send by mistake; some formats write them behind a length of four bytes."""

_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""What makes an image of each EXIF orientation upright."""

# Pillow's decoders raise any of these for damaged files.
_DECODER_FAULTS = (
    OSError, SyntaxError, ValueError, EOFError, IndexError, KeyError, TypeError, OverflowError, struct.error
)  # fmt: skip


@dataclass(frozen=True, eq=False)
class Raster:
    """A decoded image: `rgba` is (height, width, 4) uint8 with straight alpha; `format` is one of FORMATS."""

    rgba: Pixels
    format: str

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
    """What an image file says of itself; `format` is one of FORMATS."""

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
    with _opened(data, max_bytes, max_pixels) as image:
        return Raster(_to_rgba(_upright(image)), _format_of(image))


def read_header(data: bytes, *, max_bytes: int = 10_000_000, max_pixels: int = 33_000_000) -> Header:
    """Read the header of an image file. Raises what `decode_image` would, as far as the header shows it."""
    with _opened(data, max_bytes, max_pixels) as image:
        return Header(_format_of(image), image.width, image.height)


@contextmanager
def _opened(data: bytes, max_bytes: int, max_pixels: int) -> Iterator[Image.Image]:
    """An image whose header is read and accepted; faults of Pillow inside the block become ours."""
    if not data:
        raise InvalidImage("the image is empty")
    if len(data) > max_bytes:
        raise TooLarge(f"the image has {len(data):,} bytes; at most {max_bytes:,} are accepted")
    try:
        with Image.open(io.BytesIO(data), formats=FORMATS) as image:
            if image.width * image.height > max_pixels:
                raise TooLarge(
                    f"the image has {image.width} x {image.height} pixels; at most {max_pixels:,} are accepted"
                )
            yield image
    except UnidentifiedImageError:
        other = _other_format(data)
        accepted = ", ".join(FORMATS)
        if other is not None:
            raise UnsupportedMediaType(f"{other} is not accepted; send one of {accepted}") from None
        raise InvalidImage(f"the data is not an image; send one of {accepted}") from None
    except Image.DecompressionBombError:
        raise TooLarge(f"the image decodes to more than the accepted {max_pixels:,} pixels") from None
    except MemoryError:
        raise TooLarge("the image does not fit into memory") from None
    except _DECODER_FAULTS as fault:
        raise InvalidImage(f"the image is damaged or truncated: {fault}") from fault


def _format_of(image: Image.Image) -> str:
    # MPO is what Pillow calls a JPEG with further pictures behind the first.
    return "JPEG" if image.format == "MPO" else image.format or ""


def encode_png(rgba: Pixels) -> bytes:
    """Write (height, width, 3 or 4) uint8 pixels as a PNG file."""
    buffer = io.BytesIO()
    Image.fromarray(rgba).save(buffer, "PNG", compress_level=1)
    return buffer.getvalue()


def is_opaque(rgba: Pixels) -> bool:
    """Whether no pixel is transparent."""
    return int(cv2.extractChannel(rgba, 3).min()) == 255


def composite(rgba: Pixels, ground: Ground) -> Pixels:
    """Lay straight-alpha (height, width, 4) pixels on black or white; gives (height, width, 3) uint8."""
    colour = np.asarray(cv2.cvtColor(rgba, cv2.COLOR_RGBA2RGB), np.uint8)
    alpha = cv2.extractChannel(rgba, 3)
    if alpha.min() == 255:
        return colour
    weight = cv2.cvtColor(alpha, cv2.COLOR_GRAY2RGB)
    # Halves cannot occur with 255 as divisor, so that this rounds as exact arithmetic does.
    on_black = cv2.multiply(colour, weight, scale=1 / 255)
    return np.asarray(on_black if ground == 0 else cv2.add(on_black, cv2.bitwise_not(weight)), np.uint8)


def contrasting_ground(rgba: Pixels) -> Ground:
    """What to look at an image on: white, or black where a transparent image is nearly white itself."""
    alpha = cv2.extractChannel(rgba, 3)
    visible = cv2.threshold(alpha, 127, 255, cv2.THRESH_BINARY)[1]
    count = cv2.countNonZero(visible)
    if count in (0, visible.size):
        return 255
    sums = cv2.sumElems(cv2.copyTo(rgba, visible))[:3]
    return 0 if sum(total * (1 / count) for total in sums) / 3 > 215 else 255


def edge_pixels(rgb: Pixels) -> Pixels:
    """The colours (n, 3) of the pixels along the four edges; corners count twice."""
    return np.asarray(np.concatenate([rgb[0], rgb[-1], rgb[:, 0], rgb[:, -1]]), np.uint8)


def median_colour(colours: Pixels) -> Pixels:
    """The median (3,) of colours (n, 3), channel by channel, rounded down."""
    ordered = np.sort(colours, axis=0).astype(np.uint16)
    middles = ordered[(len(ordered) - 1) // 2] + ordered[len(ordered) // 2]
    return np.asarray(middles // 2, np.uint8)


def _other_format(data: bytes) -> str | None:
    start = data[:4096].removeprefix(b"\xef\xbb\xbf").lstrip()
    if start.startswith(b"<") and b"<svg" in start:
        return "SVG (already a vector image)"
    found = (name for magic, name in _OTHER_FORMATS.items() if magic in (start[: len(magic)], data[4 : 4 + len(magic)]))
    return next(found, None)


def _upright(image: Image.Image) -> Image.Image:
    """Turn an image as its EXIF block says; where that block is damaged the pixels stay as they lie."""
    image.load()
    try:
        turn = _TURNS.get(image.getexif().get(ExifTags.Base.Orientation, 1))
    except _DECODER_FAULTS:
        return image
    return image if turn is None else image.transpose(turn)


def _to_rgba(image: Image.Image) -> Pixels:
    if image.mode.startswith(("I", "F")):
        grey = np.asarray(image)
        rgba = _grey_to_rgba(grey)
        if "transparency" in image.info:
            rgba[grey == image.info["transparency"], 3] = 0
        return rgba
    if image.mode in ("CMYK", "YCbCr", "LAB"):
        image = image.convert("RGB")
    return np.asarray(image if image.mode == "RGBA" else image.convert("RGBA"))


def _grey_to_rgba(grey: npt.NDArray[np.generic]) -> Pixels:
    """Deep grey samples to 8 bits: 16-bit integers keep their high byte, floats are taken as 0-1."""
    if np.issubdtype(grey.dtype, np.floating):
        values = grey.astype(np.float64)
        if not np.isfinite(values).all() or values.min() < 0 or values.max() > 1:
            raise ValueError("floating-point pixels must lie between 0 and 1")
        levels = np.rint(values * 255).astype(np.uint8)
    else:
        wide = grey.astype(np.int64)
        if wide.min() < 0 or wide.max() > 65535:
            raise ValueError("grey pixels deeper than 16 bits are not accepted")
        levels = (wide >> 8).astype(np.uint8)
    rgba = np.empty((*levels.shape, 4), np.uint8)
    rgba[..., :3] = levels[..., None]
    rgba[..., 3] = 255
    return rgba


def resize(rgba: Pixels, width: int, height: int) -> Pixels:
    """
    Resample straight-alpha pixels: area averages when shrinking, Lanczos when growing.

    Colours are weighted by alpha, so that hidden colours of transparent pixels never bleed into visible ones.
    """
    if rgba.shape[:2] == (height, width):
        return rgba
    shrinking = width * height < rgba.shape[0] * rgba.shape[1]
    method = cv2.INTER_AREA if shrinking else cv2.INTER_LANCZOS4
    if is_opaque(rgba):
        return np.asarray(cv2.resize(rgba, (width, height), interpolation=method), np.uint8)
    *colours, alpha = cv2.split(rgba)
    weight = alpha.astype(np.float32) / 255
    premultiplied = cv2.merge([*(colour * weight for colour in colours), weight])
    *colours, coverage = cv2.split(cv2.resize(premultiplied, (width, height), interpolation=method))
    # Lanczos overshoots alpha and colour alike: only before alpha is cut to 0-1 does their ratio give the colour.
    divisor = np.maximum(coverage, 1e-4)
    straight = cv2.merge([*(colour / divisor for colour in colours), coverage * 255])
    return np.asarray(cv2.convertScaleAbs(np.maximum(straight, 0)), np.uint8)


def premultiplied(rgba: Pixels) -> npt.NDArray[np.float32]:
    """Straight-alpha pixels (h, w, 4) as levels that blend in straight lines: colours times alpha, and alpha."""
    levels = rgba.astype(np.float32)
    levels[..., :3] *= levels[..., 3:] / 255
    return levels


def fit_within(rgba: Pixels, longest_side: int) -> Pixels:
    """Shrink pixels so that the longest side has at most `longest_side` pixels; smaller images stay as they are."""
    height, width = rgba.shape[:2]
    scale = longest_side / max(height, width)
    if scale >= 1:
        return rgba
    return resize(rgba, max(1, round(width * scale)), max(1, round(height * scale)))
