"""Pictures in rows and columns with captions: a sheet for visual inspection."""

from collections.abc import Sequence
from dataclasses import dataclass

from PIL import Image, ImageDraw, ImageFont

from svgai.array_types import Pixels


@dataclass(frozen=True, eq=False)
class Cell:
    """A picture, (height, width, 3), and the lines of text below it."""

    rgb: Pixels
    lines: tuple[str, ...]


def picture_grid(rows: Sequence[Sequence[Cell]], side: int, text: int) -> Image.Image:
    """
    Lay out cells of at most `side` pixels across, with text of a size in pixels; a row is as high as its tallest cell.

    There is at least one row with a cell.
    """
    gap, line = text, text + text // 3
    columns = max(len(cells) for cells in rows)
    heights = [max(cell.rgb.shape[0] for cell in cells) for cells in rows]
    captions = [line * max(len(cell.lines) for cell in cells) for cells in rows]
    steps = [height + caption + gap for height, caption in zip(heights, captions, strict=True)]
    sheet = Image.new("RGB", (columns * (side + gap) + gap, sum(steps) + gap), "white")
    pen = ImageDraw.Draw(sheet)
    font = ImageFont.load_default(text)
    top = gap
    for cells, height, step in zip(rows, heights, steps, strict=True):
        for column, cell in enumerate(cells):
            left = gap + column * (side + gap)
            drawn = Image.fromarray(cell.rgb)
            sheet.paste(drawn, (left + (side - drawn.width) // 2, top + (height - drawn.height) // 2))
            for number, words in enumerate(cell.lines):
                pen.text((left, top + height + text // 4 + number * line), words, fill="#333333", font=font)
        top += step
    return sheet
