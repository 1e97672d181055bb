"""Small files that are expensive to decode."""

import io
import struct
import zlib

import numpy as np
from PIL import Image

from svgai.decode.formats.png_chunks import SIGNATURE

SIDE = 5_744
"""Side of the largest square that is accepted."""


def transparent_gif(width: int = SIDE, height: int = SIDE) -> bytes:
    """43 bytes: one pixel on a transparent screen of this size."""
    screen = struct.pack("<HHBBB", width, height, 0x80, 0, 0) + b"\0\0\0\xff\xff\xff"
    return b"GIF89a" + screen + b"!\xf9\x04\1\0\0\0\0,\0\0\0\0\1\0\1\0\0\2\2D\1\0;"


def scans_jpeg(scans: int, side: int = 64) -> bytes:
    """A progressive JPEG whose last scan is repeated."""
    file = io.BytesIO()
    Image.new("RGB", (side, side), (200, 30, 30)).save(file, "JPEG", progressive=True)
    data = file.getvalue()
    last = data.rindex(b"\xff\xda")
    return data[:last] + data[last:-2] * scans + data[-2:]


def png(width: int, height: int, depth: int, colour_type: int, *chunks: tuple[bytes, bytes]) -> bytes:
    """A PNG of zeros, with further chunks before its pixels."""
    samples = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}[colour_type]
    row = bytes(1 + -(-width * depth * samples // 8))
    packer = zlib.compressobj(9)
    pixels = b"".join([*(packer.compress(row) for _ in range(height)), packer.flush()])
    header = struct.pack(">IIBBBBB", width, height, depth, colour_type, 0, 0, 0)
    parts = [(b"IHDR", header), *chunks, (b"IDAT", pixels), (b"IEND", b"")]
    return SIGNATURE + b"".join(
        struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body)) for name, body in parts
    )


def text_bomb_png() -> bytes:
    """A PNG of ten pixels with 50 MB of text, compressed to 50 kB."""
    return png(10, 1, 8, 0, (b"zTXt", b"Comment\0\0" + zlib.compress(bytes(50_000_000), 9)))


def line_png() -> bytes:
    """33 million pixels side by side, one bit each, of which one level is clear."""
    return png(33_000_000, 1, 1, 0, (b"tRNS", b"\0\0"))


def deep_png() -> bytes:
    """16 bits a channel, with transparency, at the limit of pixels."""
    return png(SIDE, SIDE, 16, 6)


def line_bmp() -> bytes:
    """33 million pixels side by side, as runs of which most are left out."""
    head = struct.pack("<IiiHHIIiiII", 40, 33_000_000, 1, 1, 8, 1, 4, 0, 0, 256, 0)
    body = head + bytes(1024) + b"\1\0\0\0\0\1"
    return b"BM" + struct.pack("<IHHI", 14 + len(body), 0, 0, 14 + 40 + 1024) + body


def tags_tiff(tags: int, width: int = 8) -> bytes:
    """A TIFF of a row of grey pixels with the given number of unknown tags."""
    entries = [(256, 4, 1, width), (257, 4, 1, 1), (258, 3, 1, 8), (259, 3, 1, 1), (262, 3, 1, 1)]
    entries += [(273, 4, 1, 8), (277, 3, 1, 1), (278, 4, 1, 1), (279, 4, 1, width)]
    entries += [(40_000 + number % 20_000, 3, 1, 0) for number in range(tags)]
    directory = struct.pack("<H", len(entries)) + b"".join(struct.pack("<HHII", *entry) for entry in entries) + bytes(4)
    return b"II*\0" + struct.pack("<I", 8 + width) + bytes(width) + directory


def noisy_tiff() -> bytes:
    """A fax of 32 million pixels in 20 kB of noise: the library prints a warning for every row."""
    data = np.random.default_rng(0).integers(0, 256, 20_000, np.uint8).tobytes()
    entries = [(256, 4, 1, 500), (257, 4, 1, 65_000), (258, 3, 1, 1), (259, 3, 1, 2), (262, 3, 1, 0), (266, 3, 1, 1)]
    entries += [(273, 4, 1, 8 + 2 + 12 * 9 + 4), (277, 3, 1, 1), (278, 4, 1, 65_000), (279, 4, 1, len(data))]
    entries = entries[:9] + entries[9:]
    start = 8 + 2 + 12 * len(entries) + 4
    entries[6] = (273, 4, 1, start)
    directory = struct.pack("<H", len(entries)) + b"".join(struct.pack("<HHII", *entry) for entry in entries) + bytes(4)
    return b"II*\0" + struct.pack("<I", 8) + directory + data


def cut_animation() -> bytes:
    """A GIF whose screen has 28 million pixels, and whose second frame is cut off."""
    frame = Image.new("P", (32, 32), 1)
    frame.putpalette([0, 0, 0, 255, 255, 255])
    file = io.BytesIO()
    frame.save(file, "GIF", save_all=True, append_images=[Image.new("P", (32, 32), 0)], duration=10)
    data = file.getvalue()
    return data[:6] + struct.pack("<HH", 8_992, 3_098) + data[10:-20]


def wide_webp() -> bytes:
    """A WebP of one colour, as wide as one can be."""
    file = io.BytesIO()
    Image.new("RGB", (16_383, 2_014), (200, 30, 30)).save(file, "WEBP", lossless=True, method=0)
    return file.getvalue()


HOSTILE = {
    "transparent GIF": transparent_gif,
    "wide transparent GIF": lambda: transparent_gif(65_535, 503),
    "JPEG of 1,000 scans": lambda: scans_jpeg(1_000),
    "JPEG of 8,000 scans without an end": lambda: scans_jpeg(8_000)[:-2],
    "PNG with a bomb of text": text_bomb_png,
    "PNG of one line": line_png,
    "PNG of 16 bits": deep_png,
    "BMP of one line": line_bmp,
    "TIFF of thousands of tags": lambda: tags_tiff(5_000),
    "TIFF that floods the log": noisy_tiff,
    "animation that is cut off": cut_animation,
    "wide WebP": wide_webp,
}
"""A function to create each, by description."""
