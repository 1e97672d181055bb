"""
Image files to pixels: PNG, JPEG, WebP, GIF (first frame), BMP and TIFF (first page) from bytes.

Sizes are read from the file's header and checked before any pixel is decoded. Embedded colour profiles are not
applied: pixels are taken as sRGB, as browsers take images without a profile.
"""

import io
import warnings
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image, ImageOps, UnidentifiedImageError

from svgai.errors import InvalidImage, TooLarge, UnsupportedMediaType

Pixels = npt.NDArray[np.uint8]

FORMATS = ("PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF")

_OTHER_FORMATS = {
    b"<svg": "SVG (already a vector image)",
    b"<?xml": "XML",
    b"%PDF": "PDF",
    b"8BPS": "PSD",
    b"\x00\x00\x01\x00": "ICO",
}


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


def decode_image(data: bytes, *, max_bytes: int = 10_000_000, max_pixels: int = 33_000_000) -> Raster:
    """
    Decode an image file.

    Raises:
        InvalidImage: the bytes are empty, not an image, truncated or damaged.
        TooLarge: more than `max_bytes`, or decodes to more than `max_pixels`.
        UnsupportedMediaType: an image of another format.
    """
    if not data:
        raise InvalidImage("the image is empty")
    if len(data) > max_bytes:
        raise TooLarge(f"the image has {len(data):,} bytes; at most {max_bytes:,} are accepted")
    try:
        with warnings.catch_warnings():
            # Pillow warns of bombs and odd metadata; our own limit below decides, and pixels decide the rest.
            warnings.simplefilter("ignore")
            with Image.open(io.BytesIO(data), formats=FORMATS) as image:
                if image.width * image.height > max_pixels:
                    raise TooLarge(
                        f"the image has {image.width} x {image.height} pixels; at most {max_pixels:,} are accepted"
                    )
                image_format = image.format or ""
                return Raster(_to_rgba(ImageOps.exif_transpose(image)), image_format)
    except UnidentifiedImageError:
        start = data[:256].lstrip().lstrip(b"\xef\xbb\xbf")
        other = next((name for magic, name in _OTHER_FORMATS.items() if start.startswith(magic)), None)
        accepted = ", ".join(FORMATS)
        if other is not None:
            raise UnsupportedMediaType(f"{other} is not accepted; send one of {accepted}") from None
        raise InvalidImage(f"the data is not an image; send one of {accepted}") from None
    except Image.DecompressionBombError:
        raise TooLarge(f"the image decodes to more than the accepted {max_pixels:,} pixels") from None
    except MemoryError:
        raise TooLarge("the image does not fit into memory") from None
    except (OSError, SyntaxError, ValueError, EOFError, IndexError, KeyError, TypeError, OverflowError) as fault:
        # Pillow's decoders raise any of these for damaged files.
        raise InvalidImage(f"the image is damaged or truncated: {fault}") from fault


def encode_png(rgba: Pixels) -> bytes:
    """Write (height, width, 3 or 4) uint8 pixels as a PNG file."""
    buffer = io.BytesIO()
    Image.fromarray(rgba).save(buffer, "PNG", compress_level=1)
    return buffer.getvalue()


def composite(rgba: Pixels, background: int) -> Pixels:
    """Lay straight-alpha (height, width, 4) pixels on a grey level 0-255; gives (height, width, 3) uint8."""
    if (rgba[..., 3] == 255).all():
        return np.ascontiguousarray(rgba[..., :3])
    alpha = rgba[..., 3:].astype(np.uint16)
    mixed = rgba[..., :3] * alpha + np.uint16(background) * (255 - alpha)
    return ((mixed + 127) // 255).astype(np.uint8)


def contrasting_ground(rgba: Pixels) -> int:
    """The grey level to look at an image on: white, or black where a transparent image is nearly white itself."""
    visible = rgba[..., 3] >= 128
    if visible.all() or not visible.any():
        return 255
    return 0 if rgba[visible][:, :3].mean() > 215 else 255


def _to_rgba(image: Image.Image) -> Pixels:
    if image.mode.startswith(("I", "F")):
        return _grey_to_rgba(np.asarray(image))
    if image.mode in ("CMYK", "YCbCr", "LAB"):
        image = image.convert("RGB")
    return np.asarray(image.convert("RGBA"))


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
    if (rgba[..., 3] == 255).all():
        return np.asarray(cv2.resize(rgba, (width, height), interpolation=method), np.uint8)
    alpha = rgba[..., 3:].astype(np.float32) / 255
    premultiplied = np.concatenate([rgba[..., :3] * alpha, alpha], axis=2)
    resized = cv2.resize(premultiplied, (width, height), interpolation=method)
    alpha = np.clip(resized[..., 3:], 0, 1)
    colours = resized[..., :3] / np.maximum(alpha, 1e-4)
    return np.asarray(np.rint(np.clip(np.concatenate([colours, alpha * 255], axis=2), 0, 255)), np.uint8)


def fit_within(rgba: Pixels, longest_side: int) -> Pixels:
    """Shrink pixels so that the longest side has at most `longest_side` pixels; smaller images stay as they are."""
    height, width = rgba.shape[:2]
    scale = longest_side / max(height, width)
    if scale >= 1:
        return rgba
    return resize(rgba, max(1, round(width * scale)), max(1, round(height * scale)))
