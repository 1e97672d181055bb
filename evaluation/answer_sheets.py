"""Sheets of many answers, each beside its image, for visual inspection."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from evaluation.report.comparison_picture import CELL, Pictured
from reports.markdown import number
from reports.picture_grid import Cell, picture_grid
from svgai.array_types import Pixels
from svgai.convert.conversion import Conversion
from training.data.progress import Progress

_ZOOM = 2
_TEXT = 28
_BETWEEN, _LINE = 36, 4


@dataclass(frozen=True)
class SheetSize:
    """The number of columns and rows of answers on a sheet."""

    columns: int = 5
    rows: int = 8


def write_sheets(
    images: Sequence[tuple[str, Pictured]],
    ours: Callable[[Pixels], Conversion],
    folder: Path,
    size: SheetSize,
    progress: Progress,
) -> list[Path]:
    """
    Write named images with the answers of `ours` as PNG files, each page as soon as it is full.

    Captions give the name, `worst`, and the measures of the promise that are missed.
    """
    folder.mkdir(parents=True, exist_ok=True)
    per_sheet = size.columns * size.rows
    written = []
    for start in range(0, len(images), per_sheet):
        cells = []
        for done, (name, image) in enumerate(images[start : start + per_sheet], start=start + 1):
            cells.append(_cell(name, image, ours(image.rgba)))
            progress("Drawing sheets", done, len(images))
        rows = [cells[first : first + size.columns] for first in range(0, len(cells), size.columns)]
        path = folder / f"answers-{start // per_sheet + 1:02}.png"
        picture_grid(rows, 2 * CELL * _ZOOM + _BETWEEN, _TEXT).save(path, "PNG")
        written.append(path)
    return written


def _cell(name: str, image: Pictured, answer: Conversion) -> Cell:
    original, drawn = image.original(_ZOOM), image.shown(answer.svg, _ZOOM)
    between = np.full((original.shape[0], _BETWEEN, 3), 255, np.uint8)
    between[:, (_BETWEEN - _LINE) // 2 : (_BETWEEN + _LINE) // 2] = (200, 60, 160)
    worst = f"worst {number(answer.quality.worst, '.2f')}"
    verdict = f"missed: {', '.join(answer.missed)}" if answer.missed else "met"
    return Cell(np.hstack([original, between, drawn]), (name, f"{worst}, {verdict}"))
