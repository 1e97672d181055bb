"""
What people open SVG files with: Chromium and Inkscape draw a folder of files, each started once for all of them, and
CairoSVG one after another. picosvg, which icon fonts are made with, rewrites them.
"""

import importlib
import os
import shutil
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import NoReturn

import cv2
import numpy as np
import pytest

from svgai.array_types import Pixels
from svgai.decode.pixels import composite

STRICT_VARIABLE = "CI"

EVEN_TOLERANCE, EDGE_TOLERANCE = 8, 1 / 4
"""
A channel may differ by the first, in levels of 255, and by the second of the contrast around its pixel.

The first forgives rounding inside gradients and masks. The second forgives anti-aliasing: renderers count how much of a
pixel a shape covers in different ways (resvg in quarters of its height), and wrong coverage moves a pixel by that share
of the contrast between its neighbours. Inside an even area nothing but rounding is forgiven.
"""

MOST_DIFFERING = 0.01
"""Share of an image's pixels that may differ by more. The largest measured: 0.4 % in Chromium, 0.5 % in Inkscape."""

_LIMIT_S = 120
_SHEET_WIDTH, _GAP = 4096, 2

_CHROMIUM_FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--hide-scrollbars",
    "--force-device-scale-factor=1",
    "--default-background-color=00000000",
)


@dataclass(frozen=True)
class Drawing:
    """An SVG and the size in pixels at which it is looked at, which is its own."""

    svg: str
    width: int
    height: int


Drawings = Mapping[str, Drawing]
Pictures = dict[str, Pixels]


def program(name: str) -> str:
    """The path of an installed program; without it the test is skipped, but fails where CI is set."""
    # Debian keeps servers where an ordinary user's PATH does not lead.
    path = shutil.which(name, path=f"{os.environ.get('PATH', os.defpath)}:/usr/sbin")
    if path is None:
        missing(f"{name} is not installed")
    return path


def package(name: str) -> ModuleType:
    """An installed package; without it the test is skipped, but fails where CI is set."""
    try:
        return importlib.import_module(name)
    except (ImportError, OSError) as fault:  # OSError: a library that it is linked to is missing
        missing(f"{name} cannot be imported: {fault}")


def missing(reason: str) -> NoReturn:
    """Skip the test, or fail it where CI is set."""
    if os.environ.get(STRICT_VARIABLE):
        pytest.fail(reason)
    pytest.skip(reason)


def chromium(drawings: Drawings, folder: Path) -> Pictures:
    """Each drawing, as an image on one transparent page, cut out of one screenshot of it."""
    files = _write(drawings, folder)
    places, height = _places(drawings)
    images = [
        f'<img src="{files[name].name}" style="left:{x}px;top:{y}px;width:{drawing.width}px;height:{drawing.height}px">'
        for name, drawing in drawings.items()
        for x, y in [places[name]]
    ]
    page, screenshot = folder / "page.html", folder / "page.png"
    page.write_text(f"<!doctype html><style>img{{position:absolute}}</style>{''.join(images)}")
    window = [f"--window-size={_SHEET_WIDTH},{height}", f"--user-data-dir={folder / 'profile'}"]
    _run(folder, program("chromium"), *_CHROMIUM_FLAGS, *window, f"--screenshot={screenshot}", page.as_uri())
    sheet = _read(screenshot)
    assert sheet.shape[:2] == (height, _SHEET_WIDTH)
    return {
        name: sheet[y : y + drawing.height, x : x + drawing.width]
        for name, drawing in drawings.items()
        for x, y in [places[name]]
    }


def inkscape(drawings: Drawings, folder: Path) -> Pictures:
    """Each drawing, exported as PNG by one call at the size that the file itself names."""
    files = _write(drawings, folder)
    _run(folder, program("inkscape"), "--export-type=png", *(str(file) for file in files.values()))
    return {name: _read(file.with_suffix(".png")) for name, file in files.items()}


def cairosvg(drawings: Drawings, _folder: Path) -> Pictures:
    """Each drawing at the size that it names itself."""
    drawn = package("cairosvg")
    return {name: _decoded(drawn.svg2png(bytestring=drawing.svg.encode())) for name, drawing in drawings.items()}


VIEWERS: dict[str, Callable[[Drawings, Path], Pictures]] = {
    "chromium": chromium,
    "inkscape": inkscape,
    "cairosvg": cairosvg,
}


def rewritten(drawings: Drawings) -> dict[str, str]:
    """Each drawing as picosvg writes it: filled paths alone. Raises ValueError for what it cannot read."""
    picosvg = package("picosvg.svg")
    return {name: picosvg.SVG.fromstring(drawing.svg).topicosvg().tostring() for name, drawing in drawings.items()}


def differing_share(expected: Pixels, shown: Pixels) -> float:
    """The share of pixels that look different on white or on black, which together show colour and transparency."""
    assert expected.shape == shown.shape
    differs = np.zeros(expected.shape[:2], bool)
    for ground in (0, 255):
        right, seen = (composite(np.ascontiguousarray(pixels), ground) for pixels in (expected, shown))
        contrast = cv2.morphologyEx(right, cv2.MORPH_GRADIENT, np.ones((3, 3), np.uint8))
        allowed = EVEN_TOLERANCE + EDGE_TOLERANCE * contrast
        differs |= (cv2.absdiff(right, seen) > allowed).any(axis=2)
    return float(differs.mean())


def _write(drawings: Drawings, folder: Path) -> dict[str, Path]:
    files = {name: folder / f"{index}.svg" for index, name in enumerate(drawings)}
    for name, file in files.items():
        file.write_text(drawings[name].svg, encoding="utf-8")
    return files


def _places(drawings: Drawings) -> tuple[dict[str, tuple[int, int]], int]:
    """The corner of each drawing on a sheet of rows, and the height of the sheet."""
    places: dict[str, tuple[int, int]] = {}
    x = y = row = 0
    for name, drawing in drawings.items():
        if x and x + drawing.width > _SHEET_WIDTH:
            x, y, row = 0, y + row + _GAP, 0
        places[name] = (x, y)
        x += drawing.width + _GAP
        row = max(row, drawing.height)
    return places, y + row


def _run(folder: Path, *command: str) -> None:
    """Run a program to its end, with a home of its own."""
    home = {
        name: str(folder) for name in ("HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME", "XDG_RUNTIME_DIR")
    }
    try:
        result = subprocess.run(
            command,
            cwd=folder,
            env={"PATH": os.environ["PATH"], **home},
            capture_output=True,
            text=True,
            check=False,
            timeout=_LIMIT_S,
        )
    except subprocess.TimeoutExpired:
        pytest.fail(f"{command[0]} did not end within {_LIMIT_S} s")
    assert result.returncode == 0, result.stdout + result.stderr


def _read(file: Path) -> Pixels:
    assert file.exists(), f"{file.name} was not written"
    return _decoded(file.read_bytes())


def _decoded(png: bytes) -> Pixels:
    decoded = cv2.imdecode(np.frombuffer(png, np.uint8), cv2.IMREAD_UNCHANGED)
    assert decoded is not None
    assert decoded.dtype == np.uint8
    conversion = cv2.COLOR_BGRA2RGBA if decoded.shape[2] == 4 else cv2.COLOR_BGR2RGBA
    return np.asarray(cv2.cvtColor(decoded, conversion), np.uint8)
