"""Chunks of PNG files, for Pillow and for colours."""

import struct

from hypothesis import given, settings
from hypothesis import strategies as st

from svgai.decode.formats.png_chunks import SIGNATURE, read_chunks
from tests.inputs.png_files import chunk, damaged, png_file

PIXEL = ((1, 1), 8, 2, b"\0" + bytes(3))


def test_a_plain_file_stays_as_it_is() -> None:
    """Nothing is copied where nothing is left out."""
    plain = png_file(*PIXEL)
    assert read_chunks(plain).file is plain


def test_colours_count_before_the_pixels_only() -> None:
    """The first sound chunk of a kind counts, and none behind the pixels."""
    first, second = (chunk(b"gAMA", struct.pack(">I", gamma)) for gamma in (1, 2))
    assert read_chunks(png_file(*PIXEL, damaged(first), second, first)).colours == {b"gAMA": b"\0\0\0\2"}
    behind = png_file(*PIXEL)[:-12] + first + chunk(b"IEND", b"")
    assert not read_chunks(behind).colours


def test_critical_chunks_are_left_to_pillow() -> None:
    """Also those that are damaged, or unknown."""
    odd = png_file(*PIXEL, damaged(chunk(b"PLTE", bytes(3))), chunk(b"QUIZ", b"?"))
    assert read_chunks(odd).file is odd


def test_no_bytes_are_lost_where_chunks_end() -> None:
    """What follows the last whole chunk of a broken file is handed on, so that Pillow sees the fault."""
    whole = png_file(*PIXEL, chunk(b"tIME", bytes(7)))
    slim = read_chunks(whole).file
    assert len(slim) == len(whole) - 19
    for cut in range(1, 30):
        assert read_chunks(whole[:-cut]).file == slim[:-cut]


@given(st.binary(max_size=60), st.sampled_from((b"", png_file(*PIXEL)[8:33])))
@settings(max_examples=100, deadline=None)
def test_any_bytes_behind_the_signature_are_handed_on(tail: bytes, header: bytes) -> None:
    """Nothing fails, and no bytes are made up."""
    data = SIGNATURE + header + tail
    assert len(read_chunks(data).file) <= len(data)
