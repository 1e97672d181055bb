"""PNG files made by hand, for what Pillow reads but does not write."""

import struct
import zlib


def png_file(size: tuple[int, int], depth: int, colour_type: int, rows: bytes, *extra: bytes) -> bytes:
    """A file with further chunks between header and pixels; `rows` each begin with the number of their filter."""
    header = struct.pack(">IIBBBBB", *size, depth, colour_type, 0, 0, 0)
    chunks = (chunk(b"IHDR", header), *extra, chunk(b"IDAT", zlib.compress(rows)), chunk(b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def damaged(good: bytes) -> bytes:
    """A chunk with a wrong checksum."""
    return good[:-1] + bytes([good[-1] ^ 1])


def iccp(profile: bytes) -> bytes:
    return chunk(b"iCCP", b"made by hand\0\0" + zlib.compress(profile))
