"""Small sound image files of every accepted format, made from generated pictures: what mutations begin with."""

import io
from collections.abc import Iterator

import numpy as np
from PIL import Image

from tests.inputs.icc_profiles import ADOBE_RGB

_SIDE = 24


def sound_files() -> list[bytes]:
    """Files by way of every variant that Pillow writes, always the same."""
    return list(_files())


def _files() -> Iterator[bytes]:
    colours = np.random.default_rng(5).integers(0, 256, (_SIDE, _SIDE, 4), np.uint8)
    colours[4:16, 4:16] = (200, 30, 40, 255)
    rgba = Image.fromarray(colours)
    rgb, grey = rgba.convert("RGB"), rgba.convert("L")
    palette, bits = rgb.quantize(16), grey.convert("1")
    deep = Image.fromarray(np.asarray(grey).astype(np.uint16) * 257)
    floats = Image.fromarray((np.asarray(grey) / np.float32(255)).astype(np.float32))
    frames = [rgb.quantize(4), rgb.rotate(90).quantize(4)]
    exif = Image.Exif()
    exif[274], exif[282], exif[283], exif[296] = 6, 300.0, 300.0, 2

    for image in (rgba, rgb, grey, palette, bits, deep, rgba.convert("LA")):
        yield _encoded(image, "PNG")
    yield _encoded(rgb, "PNG", icc_profile=ADOBE_RGB, exif=exif, dpi=(300, 300))
    yield _encoded(rgb, "PNG", transparency=(1, 2, 3))
    yield _encoded(palette, "PNG", transparency=b"\x00\x80")
    yield _encoded(rgb, "PNG", save_all=True, append_images=[rgb.rotate(90)])
    for image in (rgb, grey, rgb.convert("CMYK")):
        yield _encoded(image, "JPEG")
        yield _encoded(image, "JPEG", progressive=True, icc_profile=ADOBE_RGB, exif=exif)
    yield _encoded(rgb, "JPEG", subsampling=2, restart_marker_blocks=1)
    yield _encoded(rgb, "MPO", save_all=True, append_images=[rgb])
    for options in ({"lossless": True}, {"quality": 50}, {"exif": exif, "icc_profile": ADOBE_RGB}):
        yield _encoded(rgba, "WEBP", **options)
    yield _encoded(rgb, "WEBP")
    yield _encoded(rgba, "WEBP", save_all=True, append_images=[rgba.rotate(90)])
    yield _encoded(palette, "GIF")
    yield _encoded(palette, "GIF", transparency=0, interlace=1)
    yield _encoded(frames[0], "GIF", save_all=True, append_images=frames[1:], disposal=2)
    for image in (rgba, rgb, grey, palette, bits):
        yield _encoded(image, "BMP")
    for method in ("raw", "tiff_lzw", "tiff_adobe_deflate", "packbits", "jpeg"):
        yield _encoded(rgb, "TIFF", compression=method)
    yield _encoded(bits, "TIFF", compression="group4")
    for image in (rgba, deep, floats, palette, rgb.convert("CMYK"), rgb.convert("LAB"), rgb.convert("YCbCr")):
        yield _encoded(image, "TIFF", exif=exif)
    yield _encoded(rgb, "TIFF", icc_profile=ADOBE_RGB, big_tiff=True)
    for image in (rgb, grey, bits, deep):
        yield _encoded(image, "PPM")
    text = " ".join(map(str, np.asarray(grey)[:4, :4].ravel().tolist()))
    yield b"P2\n# grey\n4 4\n255\n" + text.encode()
    yield b"P1\n4 2\n0 1 0 1\n1 0 1 0\n"
    yield b"P3 1 1 15 1 2 3"
    for form in ("png", "bmp"):
        yield _encoded(rgba, "ICO", sizes=[(16, 16), (24, 24)], bitmap_format=form)
    for image in (rgba, rgb, grey, palette):
        yield _encoded(image, "TGA")
        yield _encoded(image, "TGA", compression="tga_rle")


def _encoded(image: Image.Image, file_format: str, **options: object) -> bytes:
    file = io.BytesIO()
    image.save(file, file_format, **options)
    return file.getvalue()
