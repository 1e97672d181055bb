"""Which image formats are accepted, and the names of those that are not."""

FORMATS = ("PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF")

_OTHER_FORMATS = {
    b"<?xml": "XML",
    b"%PDF": "PDF",
    b"8BPS": "PSD",
    b"\x00\x00\x01\x00": "ICO",
    b"ftypavi": "AVIF",
    b"ftyphei": "HEIC",
    b"ftypmif1": "HEIC",
    b"jP  ": "JPEG 2000",
    b"JXL ": "JPEG XL",
    b"\xff\x0a": "JPEG XL",
}
"""First bytes of what people send by mistake; some formats write them behind a length of four bytes."""


def other_format(data: bytes) -> str | None:
    """The name of a known format that is not accepted; None for anything else."""
    start = data[:4096].removeprefix(b"\xef\xbb\xbf").lstrip()
    if start.startswith(b"<") and b"<svg" in start:
        return "SVG (already a vector image)"
    found = (name for magic, name in _OTHER_FORMATS.items() if magic in (start[: len(magic)], data[4 : 4 + len(magic)]))
    return next(found, None)
