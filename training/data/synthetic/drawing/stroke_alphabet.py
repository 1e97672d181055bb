"""A drawn alphabet: every letter is a few polylines whose corners are rounded and stroked.

It gives the geometric, squarish and rounded sans letters that brands favour and that no bundled font has.
"""

from dataclasses import dataclass
from functools import lru_cache

from training.data.synthetic.drawing.outlines import Outline, polygon

# Polylines on a grid: a point is its column and its row above the baseline (p is two rows below it).
# '@' closes a polyline, '!' keeps its corners sharp.
_LETTERS = {
    "a": "@00-04-44-40 44-40",
    "b": "@00-04-44-40 07-00",
    "c": "43-44-04-00-40-41",
    "d": "@00-04-44-40 47-40",
    "e": "02-42 42-44-04-00-40-41",
    "f": "37-17-10 04-34",
    "g": "@00-04-44-40 44-4p-0p",
    "h": "07-00 02-04-44-40",
    "i": "00-04 !06-05",
    "j": "14-1p-0p !16-15",
    "k": "07-00 !01-34 !12-40",
    "l": "07-00",
    "m": "00-04 02-04-34-30 32-34-64-60",
    "n": "00-04 02-04-44-40",
    "o": "@00-04-44-40",
    "p": "@00-04-44-40 04-0p",
    "q": "@00-04-44-40 44-4p",
    "r": "00-04 02-04-34",
    "s": "43-44-04-02-42-40-00-01",
    "t": "16-10-30 04-34",
    "u": "04-00-40-44",
    "v": "!04-20-44",
    "w": "!04-20-34-40-64",
    "x": "!04-40 !00-44",
    "y": "!04-20 !44-1p",
    "z": "!04-44-00-40",
    "A": "!00-36-60 !12-52",
    "B": "00-06-46-43-03 03-43-40-00",
    "C": "55-56-06-00-50-51",
    "D": "00-06-56-50-00",
    "E": "!46-06-00-40 !03-33",
    "F": "!46-06-00 !03-33",
    "G": "55-56-06-00-50-53 !53-33",
    "H": "!06-00 !56-50 !03-53",
    "I": "!06-00",
    "J": "46-40-00-01",
    "K": "!06-00 !02-46 !13-50",
    "L": "!06-00-40",
    "M": "!00-06-32-66-60",
    "N": "!00-06-50-56",
    "O": "@00-06-66-60",
    "P": "!06-00 06-46-43-03",
    "Q": "@00-06-66-60 !42-70",
    "R": "!06-00 06-46-43-03 !23-50",
    "S": "55-56-06-03-53-50-00-01",
    "T": "!06-46 !26-20",
    "U": "06-00-50-56",
    "V": "!06-30-66",
    "W": "!06-20-45-60-86",
    "X": "!06-50 !00-56",
    "Y": "!06-23-46 !23-20",
    "Z": "!06-56-00-50",
    "0": "@00-06-46-40",
    "1": "!04-26-20",
    "2": "05-06-46-43-00-40",
    "3": "06-46-43-13 43-40-00",
    "4": "!30-36-02-42",
    "5": "!46-06-03 03-43-40-00",
    "6": "46-06-00-40-43-03",
    "7": "!06-46-10",
    "8": "@00-03-43-40 @03-06-46-43",
    "9": "@03-06-46-43 43-40-00",
    ".": "!00-01",
    "-": "!02-32",
    "&": "50-06-36-02-00-30-53",
    "!": "!07-02 !00-01",
}


@dataclass(frozen=True)
class StrokeFace:
    """One cut of the drawn alphabet; lengths in grid rows, of which the x-height has four.

    Attributes:
        weight: Stroke width.
        corner: Radius of rounded corners; four is as round as it gets, zero is square.
        breadth: Stretch of the letters' widths.
        round_ends: Whether strokes end and join round.
    """

    weight: float
    corner: float
    breadth: float
    round_ends: bool

    @property
    def stroke(self) -> float:
        """Stroke width in ems."""
        return self.weight / 8

    def glyph(self, character: str) -> tuple[Outline, float]:
        """Centre lines of a character and its advance, in ems, the baseline at zero.

        Raises:
            KeyError: The alphabet lacks the character.
        """
        if character == " ":
            return Outline((), closed=False), 0.4
        return _glyph(character, self.weight, self.corner, self.breadth)


@lru_cache(maxsize=4096)
def _glyph(character: str, weight: float, corner: float, breadth: float) -> tuple[Outline, float]:
    contours = Outline((), closed=False)
    right = 0.0
    for line in _LETTERS[character].split():
        points = [
            complex(int(point[0]) * breadth, 2.0 if point[1] == "p" else -int(point[1]))
            for point in line.lstrip("@!").split("-")
        ]
        right = max(right, *(point.real for point in points))
        if line.startswith("@"):
            # A closed line is drawn open from the middle of an edge, so that one glyph can mix both kinds.
            middle = (points[0] + points[-1]) / 2
            points = [middle, *points, middle]
        contours += polygon(points, 0.0 if line.startswith("!") else corner, closed=False)
    shift = weight / 2 + 0.35
    return contours.placed(1 / 8, shift / 8), (right + 2 * shift) / 8
