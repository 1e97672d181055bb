"""Small files that cost whoever decodes them much, and files that are damaged: one of each kind, made here."""

import io
import struct
import zlib

from PIL import Image

SIDE = 5_744
"""The longest side of a square that is below 33 megapixels."""

_SCANS = 1_000
_LZW_START = bytes.fromhex("02024c01003b")


def hostile_images() -> dict[str, bytes]:
    """Files by what is odd about them."""
    return {
        "GIF of 43 bytes and 33 megapixels": _tiny_gif(),
        "PNG of 33 megapixels in a row": _wide_png(),
        "PNG with a comment of 64 MB": _png_with_comment(64_000_000),
        "progressive JPEG of a thousand scans": _jpeg_of_many_scans(),
        "PNG cut off": _png()[:-40],
        "no image": b"this is no image" * 100,
    }


def _tiny_gif() -> bytes:
    header = b"GIF89a" + struct.pack("<HHBBB", SIDE, SIDE, 0x80, 0, 0) + bytes((0, 0, 0, 255, 255, 255))
    transparent = b"\x21\xf9\x04\x01\x00\x00\x00\x00"
    return header + transparent + b"\x2c" + struct.pack("<HHHHB", 0, 0, SIDE, SIDE, 0) + _LZW_START


def _wide_png() -> bytes:
    width = 32_999_999
    rows = zlib.compress(bytes(1 + (width + 7) // 8), 9)
    header = struct.pack(">IIBBBBB", width, 1, 1, 3, 0, 0, 0)
    chunks = _chunk(b"IHDR", header) + _chunk(b"PLTE", bytes((0, 0, 0, 255, 255, 255))) + _chunk(b"tRNS", b"\0")
    return b"\x89PNG\r\n\x1a\n" + chunks + _chunk(b"IDAT", rows) + _chunk(b"IEND", b"")


def _png_with_comment(size: int) -> bytes:
    file = _png()
    end_of_header = 8 + 25
    comment = _chunk(b"zTXt", b"Comment\0\0" + zlib.compress(bytes(size), 9))
    return file[:end_of_header] + comment + file[end_of_header:]


def _jpeg_of_many_scans() -> bytes:
    """A progressive JPEG whose last scan is there a thousand times."""
    out = io.BytesIO()
    Image.new("L", (2000, 1000), 90).save(out, "JPEG", progressive=True)
    file = out.getvalue()
    begin = file.rindex(b"\xff\xda")
    return file[:begin] + file[begin:-2] * _SCANS + file[-2:]


def _png() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (64, 64), (200, 30, 40)).save(out, "PNG")
    return out.getvalue()


def _chunk(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))
