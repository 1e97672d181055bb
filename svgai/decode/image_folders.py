"""Folders of images: their raster files, and SVG files without a raster version."""

from pathlib import Path

RASTER_SUFFIXES = (".png", ".jpg", ".jpeg", ".webp", ".gif", ".bmp", ".tif", ".tiff")


def image_paths(folder: Path, *, drawings: bool = False) -> dict[str, Path]:
    """
    The image files of a folder and those below it, by their path from there without suffix, in the order of paths.

    Of files that differ in suffix only, a raster one is used, or with `drawings` the SVG; hidden files are skipped.
    """
    chosen: dict[str, Path] = {}
    for path in sorted(folder.rglob("*")):
        below, suffix = path.relative_to(folder), path.suffix.lower()
        hidden = any(part.startswith(".") for part in below.parts)
        if hidden or suffix not in {".svg", *RASTER_SUFFIXES} or not path.is_file():
            continue
        name = below.with_suffix("").as_posix()
        if (suffix == ".svg") == drawings or name not in chosen:
            chosen[name] = path
    return chosen
