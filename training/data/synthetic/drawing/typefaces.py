"""Typefaces for drawn lettering: bundled font files read with fontTools, and the drawn alphabet.

Only matplotlib's own fonts are used unless system fonts are asked for, so that a seed draws
the same letters everywhere.
"""

from __future__ import annotations

import io
import logging
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any, Protocol

import matplotlib as mpl
from fontTools.pens.basePen import BasePen
from fontTools.ttLib import TTFont, TTLibError

from training.data.synthetic.drawing.outlines import Outline, from_cubics
from training.data.synthetic.drawing.stroke_alphabet import StrokeFace

_BUNDLED = {
    "DejaVuSans-Bold": 14,
    "DejaVuSans": 6,
    "DejaVuSans-BoldOblique": 3,
    "DejaVuSans-Oblique": 1,
    "DejaVuSansMono-Bold": 2,
    "DejaVuSansMono": 1,
    "DejaVuSerif-Bold": 3,
    "DejaVuSerif": 2,
    "DejaVuSerif-BoldItalic": 1,
    "STIXGeneral": 2,
    "STIXGeneralBol": 2,
    "STIXGeneralBolIta": 2,
    "STIXGeneralItalic": 1,
    "cmss10": 8,
    "cmr10": 1,
    "cmb10": 1,
    "cmtt10": 1,
}
_NEEDED = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"


class Typeface(Protocol):
    """What lettering needs of a typeface; lengths are in ems and the baseline is at zero."""

    @property
    def stroke(self) -> float:
        """Stroke width of the letters' centre lines, or zero where glyphs are filled outlines."""

    def glyph(self, character: str) -> tuple[Outline, float]:
        """Outline and advance of a character. Raises KeyError where the face lacks it."""


class _OutlinePen(BasePen):  # type: ignore[misc]
    """Collects a glyph's contours as cubics."""

    def __init__(self, glyphs: Any) -> None:
        super().__init__(glyphs)
        self.contours: list[list[complex]] = []

    def _moveTo(self, pt: tuple[float, float]) -> None:  # noqa: N802 -- fontTools names it
        self.contours.append([complex(*pt)])

    def _lineTo(self, pt: tuple[float, float]) -> None:  # noqa: N802 -- fontTools names it
        end = complex(*pt)
        self.contours[-1] += [self.contours[-1][-1], end, end]

    def _curveToOne(  # noqa: N802 -- fontTools names it
        self, pt1: tuple[float, float], pt2: tuple[float, float], pt3: tuple[float, float]
    ) -> None:
        self.contours[-1] += [complex(*pt1), complex(*pt2), complex(*pt3)]


class FontFace:
    """A font file's outlines, read as they are needed and kept."""

    stroke = 0.0

    def __init__(self, path: Path) -> None:
        # From memory: a lazy font would hold its file open for as long as the process lives.
        self._font = TTFont(io.BytesIO(path.read_bytes()), lazy=True, fontNumber=0)
        self._names: dict[int, str] = self._font.getBestCmap() or {}
        self._glyphs = self._font.getGlyphSet()
        self._units = float(self._font["head"].unitsPerEm)
        self._known: dict[str, tuple[Outline, float]] = {}

    def covers(self, text: str) -> bool:
        """Whether every character of the text has a glyph."""
        return all(ord(character) in self._names for character in text)

    def glyph(self, character: str) -> tuple[Outline, float]:
        """Outline and advance of a character, in ems. Raises KeyError where the font lacks it."""
        if character not in self._known:
            glyph = self._glyphs[self._names[ord(character)]]
            pen = _OutlinePen(self._glyphs)
            glyph.draw(pen)
            outline = from_cubics(contour for contour in pen.contours if len(contour) > 1)
            self._known[character] = (outline.stretched(1 / self._units, -1 / self._units), glyph.width / self._units)
        return self._known[character]


@dataclass
class FontLibrary:
    """Font files with how often to use each.

    Attributes:
        paths: The font files.
        weights: Relative frequency of each file.
    """

    paths: tuple[Path, ...]
    weights: tuple[float, ...]
    _faces: dict[Path, FontFace] = field(default_factory=dict, repr=False)

    @classmethod
    def bundled(cls) -> FontLibrary:
        """The fonts that come with matplotlib."""
        folder = Path(mpl.get_data_path()) / "fonts" / "ttf"
        return cls(tuple(folder / f"{name}.ttf" for name in _BUNDLED), tuple(float(w) for w in _BUNDLED.values()))

    @classmethod
    def with_system(cls, limit: int = 200) -> FontLibrary:
        """Bundled fonts and up to `limit` installed ones that hold the Latin alphabet.

        What a seed draws then depends on the machine.
        """
        # matplotlib scans the installed fonts on import of this module, which only this option should pay for.
        from matplotlib import font_manager  # noqa: PLC0415

        bundled = cls.bundled()
        found: list[Path] = []
        for path in sorted({Path(name) for name in font_manager.findSystemFonts()}):
            if len(found) < limit and path not in bundled.paths and _usable(path):
                found.append(path)
        share = sum(bundled.weights) / max(len(found), 1)
        return cls(bundled.paths + tuple(found), bundled.weights + (share,) * len(found))

    def face(self, rng: Random) -> Typeface:
        """A typeface: a font file, or a cut of the drawn alphabet."""
        if rng.random() < 0.4:
            return drawn_face(rng)
        return self.font(rng)

    def font(self, rng: Random) -> FontFace:
        """One of the font files."""
        path = rng.choices(self.paths, self.weights)[0]
        if path not in self._faces:
            # Old files carry no sensible dates, and fontTools says so on every read.
            logging.getLogger("fontTools").setLevel(logging.ERROR)
            self._faces[path] = FontFace(path)
        return self._faces[path]


def drawn_face(rng: Random) -> StrokeFace:
    """A random cut of the drawn alphabet; few distinct values, so that glyphs are reused."""
    return StrokeFace(
        weight=rng.choice((0.4, 0.55, 0.7, 0.85, 0.9, 1.0, 1.1, 1.2, 1.3, 1.4, 1.5)),
        corner=rng.choice((0.0, 0.8, 1.4, 2.0, 2.0, 2.0, 2.0, 2.0, 2.6)),
        breadth=rng.choice((0.7, 0.8, 0.9, 1.0, 1.0, 1.0, 1.15, 1.3)),
        round_ends=rng.random() < 0.45,
    )


def _usable(path: Path) -> bool:
    try:
        face = FontFace(path)
        return face.covers(_NEEDED) and bool(face.glyph("n")[0].contours)
    except (TTLibError, OSError, KeyError, ValueError, AssertionError):
        return False
