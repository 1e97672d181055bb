"""Path data scaled and rounded to some decimals: positions are rounded, not the steps between them."""

import re
from collections.abc import Iterator
from itertools import islice

_TOKEN = re.compile(r"[A-Za-z]|-?\d*\.?\d+(?:e-?\d+)?")
_LENGTHS = {"m": 2, "l": 2, "h": 1, "v": 1, "c": 6, "s": 4, "a": 7, "z": 0}


class Decimals:
    """Numbers as whole multiples of the last decimal."""

    def __init__(self, scale: float, decimals: int) -> None:
        self._steps = scale * float(10**decimals)
        self._decimals = decimals

    def steps(self, value: float) -> int:
        """A coordinate in the steps that are left."""
        return round(value * self._steps)

    def text(self, steps: int) -> str:
        """The shortest text of so many steps."""
        if not self._decimals:
            return str(steps)
        digits = f"{abs(steps):0{self._decimals + 1}d}"
        whole, rest = digits[: -self._decimals].lstrip("0"), digits[-self._decimals :].rstrip("0")
        number = (f"{whole}.{rest}" if rest else whole) or "0"
        return f"-{number}" if steps < 0 and number != "0" else number

    def number(self, text: str) -> str:
        """A coordinate's text, scaled and rounded."""
        return self.text(self.steps(float(text)))


def rounded_path(data: str, decimals: Decimals) -> str:
    """The path data, with relative commands only."""
    parts: list[str] = []
    x = y = start_x = start_y = 0.0
    pen = start = (0, 0)

    def at(px: float, py: float) -> tuple[int, int]:
        return decimals.steps(px), decimals.steps(py)

    last = ""
    for command, values in path_commands(data):
        kind = command.lower()
        base = (x, y) if command.islower() else (0.0, 0.0)
        if kind == "z":
            x, y, pen = start_x, start_y, start
            parts.append("z")
            last = kind
            continue
        radii: list[str] = []
        if kind == "h":
            points = [(base[0] + values[0], y)]
        elif kind == "v":
            points = [(x, base[1] + values[0])]
        elif kind == "a":
            points = [(base[0] + values[5], base[1] + values[6])]
            radii = [decimals.text(decimals.steps(value)) for value in values[:2]]
            radii += [f"{value:g}" for value in values[2:5]]
        else:
            points = [(base[0] + values[i], base[1] + values[i + 1]) for i in range(0, len(values), 2)]
        steps = [at(*point) for point in points]
        offsets = [(step[0] - pen[0], step[1] - pen[1]) for step in steps]
        if kind == "h":
            numbers = [decimals.text(offsets[0][0])]
        elif kind == "v":
            numbers = [decimals.text(offsets[0][1])]
        else:
            numbers = [*radii, *(decimals.text(value) for offset in offsets for value in offset)]
        repeated = kind == last or (kind == "l" and last == "m")
        parts.append(_joined(numbers, "" if repeated and kind != "m" else kind))
        (x, y), pen = points[-1], steps[-1]
        if kind == "m":
            start_x, start_y, start = x, y, pen
        last = kind
    return "".join(parts)


def _joined(numbers: list[str], command: str) -> str:
    text = command
    for number in numbers:
        text += number if (text == command and command) or number.startswith("-") else f" {number}"
    return text


def path_commands(data: str) -> Iterator[tuple[str, list[float]]]:
    """Each command with its numbers; a repeated one is given again."""
    tokens = iter(_TOKEN.findall(data))
    command = ""
    for token in tokens:
        if token.isalpha():
            command = token
            first = [] if command in "zZ" else [next(tokens)]
        else:
            command = {"m": "l", "M": "L"}.get(command, command)
            first = [token]
        wanted = _LENGTHS[command.lower()]
        yield command, [float(value) for value in [*first, *islice(tokens, max(wanted - 1, 0))]]
