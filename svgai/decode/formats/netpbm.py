"""Whether a PBM, PGM or PPM file is fast to read: Pillow reads some of them sample by sample in Python."""

import re

from svgai.errors import InvalidImage, UnsupportedMediaType

NETPBM_STARTS = (b"P1", b"P2", b"P3", b"P4", b"P5", b"P6")

MAX_SLOW_SAMPLES = 1_000_000
"""Samples take half a microsecond each if they are text, or have an unusual maximum value."""

_GAP = rb"(?:[ \t\r\n\v\f]|#[^\r\n]*[\r\n])+"
_HEADER = re.compile(rb"P([1-6])" + _GAP + rb"(\d{1,9})" + _GAP + rb"(\d{1,9})(?:" + _GAP + rb"(\d{1,9}))?")
_HEADER_BYTES = 4096

_TEXT = b"123"


def check_netpbm(data: bytes) -> None:
    """
    Check the header of a file that begins with one of NETPBM_STARTS.

    Raises:
        InvalidImage: there is no header in the first bytes.
        UnsupportedMediaType: the file is of a kind that is read slowly, and large.
    """
    header = _HEADER.match(data[:_HEADER_BYTES])
    if header is None:
        raise InvalidImage("the header of the PBM, PGM or PPM file is damaged")
    kind, width, height, most = header.groups()
    samples = int(width) * int(height) * (3 if kind in b"36" else 1)
    is_usual = kind in b"4" or (kind not in _TEXT and most in ((b"255", b"65535") if kind == b"5" else (b"255",)))
    if not is_usual and samples > MAX_SLOW_SAMPLES:
        what = "text" if kind in _TEXT else f"levels up to {int(most or 0)}"
        raise UnsupportedMediaType(
            f"a PBM, PGM or PPM file with {samples:,} samples in {what} is not accepted; send it with bytes up to 255"
        )
