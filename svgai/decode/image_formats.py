"""The accepted image formats, and the names of known unsupported ones."""

FORMATS = ("PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF", "PPM", "ICO", "TGA")
"""By Pillow's names; PPM includes PBM and PGM."""

_OTHER_FORMATS = {
    b"<?xml": "XML",
    b"%PDF": "PDF",
    b"8BPS": "PSD",
    b"ftypavi": "AVIF",
    b"ftyphei": "HEIC",
    b"ftypmif1": "HEIC",
    b"jP  ": "JPEG 2000",
    b"\xff\x4f\xff\x51": "JPEG 2000",
    b"JXL ": "JPEG XL",
    b"\xff\x0a": "JPEG XL",
    b"P7\n": "PAM",
    b"Pf\n": "PFM",
    b"PF\n": "PFM",
    b"icns": "ICNS",
    b"qoif": "QOI",
    b"%!PS": "PostScript",
    b"gimp xcf": "XCF",
    b"#?RADIANCE": "Radiance HDR",
    b"v/1\x01": "OpenEXR",
    b"DDS ": "DDS",
}
"""
First bytes of unsupported formats; some write them after a length of four bytes.

AVIF and JPEG 2000 are among them although Pillow reads them: a frame inside an AVIF may be of more pixels than its
header says, by which limits are checked, and OpenJPEG allocates memory for each tile that a header claims.
"""


def other_format(data: bytes) -> str | None:
    """The name of a known format that is not accepted; None for anything else."""
    start = data[:4096].removeprefix(b"\xef\xbb\xbf").lstrip()
    if start.startswith(b"<") and b"<svg" in start:
        return "SVG (already a vector image)"
    found = (name for magic, name in _OTHER_FORMATS.items() if magic in (start[: len(magic)], data[4 : 4 + len(magic)]))
    return next(found, None)
