"""Pictures in rows and columns."""

import numpy as np

from reports.picture_grid import Cell, picture_grid
from svgai.array_types import Pixels

RED, BLUE = (255, 0, 0), (0, 0, 255)


def plain(width: int, height: int, colour: tuple[int, int, int]) -> Pixels:
    return np.full((height, width, 3), colour, np.uint8)


def test_cells_stand_in_rows_and_columns() -> None:
    """Whole and apart from each other; rows may be of different lengths and heights."""
    rows = [[Cell(plain(40, 30, RED), ("a",)), Cell(plain(20, 10, BLUE), ("b", "c"))], [Cell(plain(40, 5, BLUE), ())]]
    pixels = np.asarray(picture_grid(rows, 40, 10))
    reds, blues = ((pixels == colour).all(axis=2) for colour in (RED, BLUE))
    assert (reds.sum(), blues.sum()) == (40 * 30, 20 * 10 + 40 * 5)
    assert np.flatnonzero(reds.any(axis=0)).max() < np.flatnonzero(blues[:45].any(axis=0)).min()
    assert np.flatnonzero(reds.any(axis=1)).max() < np.flatnonzero(blues[45:].any(axis=1)).min() + 45


def test_words_stand_below_their_picture() -> None:
    """Each line below the other."""
    one, two = (np.asarray(picture_grid([[Cell(plain(60, 20, RED), lines)]], 60, 12)) for lines in (("x",), ("x", "x")))
    dark = [(pixels.max(axis=2) < 128).any(axis=1) for pixels in (one, two)]
    assert np.flatnonzero(dark[0]).min() >= 12 + 20
    assert two.shape[0] > one.shape[0]
    assert dark[1].sum() > dark[0].sum()
