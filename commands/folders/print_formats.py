"""SVG to PDF and EPS for printers and layout programs, by CairoSVG, an optional dependency."""

from collections.abc import Callable, Sequence

from svgai.errors import FolderFault, RenderingFailed

FORMATS = ("svg", "pdf", "eps")


def formats_of(text: str) -> tuple[str, ...]:
    """
    What is written beside the SVG, in the order of FORMATS.

    Raises:
        ValueError: a format is none of FORMATS.
    """
    asked = [name.strip().lower() for name in text.split(",")]
    if unknown := [name for name in asked if name not in FORMATS]:
        raise ValueError(f"{unknown[0]!r} is none of {', '.join(FORMATS)}")
    return tuple(name for name in FORMATS[1:] if name in asked)


def require_formats(formats: Sequence[str]) -> None:
    """
    Check that the formats can be written, before anything is converted.

    Raises:
        FolderFault: CairoSVG, or the Cairo library that it needs, is not installed.
    """
    if formats:
        _writers()


def in_format(svg: str, name: str) -> bytes:
    """
    A file of that format with the same vectors.

    Raises:
        RenderingFailed: the SVG has a mask, which CairoSVG would draw otherwise.
    """
    if "<mask" in svg:
        raise RenderingFailed(f"its mask cannot be written as {name.upper()}; --background with a colour needs none")
    return _writers()[name](svg)


def _writers() -> dict[str, Callable[[str], bytes]]:
    try:
        import cairosvg
    except (ImportError, OSError) as fault:
        raise FolderFault(
            "PDF and EPS need the package cairosvg and the Cairo library (pip install cairosvg; Debian: libcairo2): "
            f"{fault}"
        ) from fault
    return {
        "pdf": lambda svg: bytes(cairosvg.svg2pdf(bytestring=svg.encode())),
        "eps": lambda svg: bytes(cairosvg.svg2eps(bytestring=svg.encode())),
    }
