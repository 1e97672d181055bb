"""Colours of an embedded ICC profile to sRGB, with littleCMS."""

import io
from functools import lru_cache

import numpy as np
from PIL import Image, ImageCms

MAX_PROFILE_BYTES = 4_000_000
"""Larger profiles are ignored; those of printers have up to about 3 MB."""

# Perceptual is what browsers take; profiles without such a table give their only one.
_INTENT = ImageCms.Intent.PERCEPTUAL

_PROFILE_FAULTS = (ImageCms.PyCMSError, OSError, ValueError, TypeError)

_DEVICES = ("scnr", "mntr", "prtr", "spac")
"""Classes of profiles that tell what an image's own numbers mean; links and named colours do not."""

_COLOUR_SPACES = {"L": "GRAY", "RGB": "RGB ", "RGBA": "RGB ", "CMYK": "CMYK"}


def to_srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    """
    An image of mode L, LA, RGB, RGBA or CMYK with its colours in sRGB; alpha stays as it is.

    The same image comes back where there is nothing to do: no profile, one that is sRGB itself, or one that is damaged,
    too large or made for another colour model, which are ignored as browsers ignore them.
    """
    if not profile or len(profile) > MAX_PROFILE_BYTES:
        return image
    if image.mode == "LA":
        return _with_alpha_kept(image, profile)
    transform = _transform(profile, image.mode)
    return image if transform is None else _applied(transform, image)


def _with_alpha_kept(image: Image.Image, profile: bytes) -> Image.Image:
    """Grey with alpha, of which littleCMS as Pillow calls it knows nothing."""
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


# Logos of a company bring the same profile each time, and the tables of a printer's take some ten milliseconds.
@lru_cache(maxsize=8)
def _transform(profile: bytes, mode: str) -> ImageCms.ImageCmsTransform | None:
    """What brings an image of this mode to sRGB; None where the image is to stay as it is."""
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
