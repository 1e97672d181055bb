"""Colours of an embedded ICC profile to sRGB, with littleCMS."""

import io
from functools import lru_cache

import numpy as np
from PIL import Image, ImageCms

MAX_PROFILE_BYTES = 4_000_000
"""Larger profiles are ignored; those of printers have up to about 3 MB."""

# Browsers use perceptual intent; profiles without such a table use their only one.
_INTENT = ImageCms.Intent.PERCEPTUAL

_PROFILE_FAULTS = (ImageCms.PyCMSError, OSError, ValueError, TypeError)

_DEVICES = ("scnr", "mntr", "prtr", "spac")
"""Classes of profiles that define an image's own colours; links and named colours do not."""

_COLOUR_SPACES = {"L": "GRAY", "RGB": "RGB ", "RGBA": "RGB ", "CMYK": "CMYK"}


def to_srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    """
    An image of mode L, LA, RGB, RGBA or CMYK with its colours in sRGB; alpha stays as it is.

    The same image is returned if there is nothing to do: no profile, one that is sRGB itself, or one that is damaged,
    too large or made for another colour model, which are ignored as browsers ignore them.
    """
    if not profile or len(profile) > MAX_PROFILE_BYTES:
        return image
    if image.mode == "LA":
        return _with_alpha_kept(image, profile)
    transform = _transform(profile, image.mode)
    return image if transform is None else _applied(transform, image)


def _with_alpha_kept(image: Image.Image, profile: bytes) -> Image.Image:
    """Grey with alpha, which littleCMS through Pillow does not support."""
    grey = image.getchannel("L")
    colours = to_srgb(grey, profile)
    if colours is grey:
        return image
    colours.putalpha(image.getchannel("A"))
    return colours


def _applied(transform: ImageCms.ImageCmsTransform, image: Image.Image) -> Image.Image:
    try:
        return ImageCms.applyTransform(image, transform) or image
    except _PROFILE_FAULTS:
        return image


# Logos of one company have the same profile, and the tables of a printer's profile take some ten milliseconds.
@lru_cache(maxsize=8)
def _transform(profile: bytes, mode: str) -> ImageCms.ImageCmsTransform | None:
    """The transform to sRGB for images of this mode; None where the image is not to be changed."""
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        if source.profile.xcolor_space != _COLOUR_SPACES[mode] or source.profile.device_class not in _DEVICES:
            return None
        target = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))
        to_mode = "RGBA" if mode == "RGBA" else "RGB"
        transform = ImageCms.buildTransform(source, target, mode, to_mode, _INTENT)
        return None if mode != "CMYK" and _changes_nothing(transform, mode) else transform
    except _PROFILE_FAULTS:
        return None


def _changes_nothing(transform: ImageCms.ImageCmsTransform, mode: str) -> bool:
    """Whether a profile is sRGB, whatever it is called: rounding in its tables changes single levels at the most."""
    levels = np.arange(256, dtype=np.uint8)
    coarse = levels[::17]
    mixed = np.stack(np.meshgrid(coarse, coarse, coarse), axis=-1).reshape(1, -1, 3)
    samples = np.concatenate([np.repeat(levels[None, :, None], 3, axis=2), mixed], axis=1)
    before = Image.fromarray(samples).convert(mode)
    after = ImageCms.applyTransform(before, transform)
    if after is None:
        return False
    change = np.asarray(after.convert("RGB"), np.int16) - np.asarray(before.convert("RGB"), np.int16)
    return bool(np.abs(change).max() <= 1)
