"""One picture of many samples, grouped by type, so that a person can inspect the training data."""

from collections.abc import Sequence
from random import Random

import numpy as np
from PIL import Image, ImageDraw

from svgai.decode.pixels import fit_within
from svgai.logo_types import LOGO_TYPES
from training.data.datasets import Sample

_CELL = 112
_GAP = 8
_CAPTION = 14
_HEADING = 26


def contact_sheet(samples: Sequence[Sample], columns: int = 12, rows_per_kind: int = 4, seed: int = 0) -> Image.Image:
    """
    Lay out samples as an RGB picture, each captioned with its name, under a heading per type.

    Of a type with more samples than fit a seeded random choice is shown. Transparency shows as a checkerboard.

    Raises:
        ValueError: There are no samples, or fewer than one column or row is asked for.
        SvgAiError: A sample cannot be decoded.
    """
    if not samples or columns < 1 or rows_per_kind < 1:
        raise ValueError("a contact sheet needs samples, a column and a row")
    groups: list[tuple[str, list[Sample]]] = []
    for kind in (*LOGO_TYPES, None):
        members = [sample for sample in samples if sample.kind == kind]
        if members:
            count = min(len(members), columns * rows_per_kind)
            heading = f"{kind or 'not labelled'} ({len(members)})"
            groups.append((heading, Random(seed).sample(members, count)))
    step = _CELL + _GAP
    heights = [_HEADING + -(-len(members) // columns) * (step + _CAPTION) for _, members in groups]
    sheet = Image.new("RGB", (columns * step + _GAP, sum(heights) + _GAP), (236, 237, 240))
    pen = ImageDraw.Draw(sheet)
    top = 0
    for (heading, members), height in zip(groups, heights, strict=True):
        pen.text((_GAP, top + 8), heading, fill=(20, 20, 20))
        for index, sample in enumerate(members):
            x = _GAP + index % columns * step
            y = top + _HEADING + index // columns * (step + _CAPTION)
            sheet.paste(_thumbnail(sample), (x, y))
            pen.text((x, y + _CELL + 1), sample.name.rsplit("/", 1)[-1][:18], fill=(110, 110, 110))
        top += height
    return sheet


def _thumbnail(sample: Sample) -> Image.Image:
    image = Image.fromarray(fit_within(sample.rgba(), _CELL))
    rows, columns = np.indices((_CELL, _CELL)) // 8
    board = np.where(((rows + columns) % 2)[..., None] == 0, np.uint8(255), np.uint8(240)).repeat(3, axis=2)
    cell = Image.fromarray(board.astype(np.uint8)).convert("RGBA")
    cell.alpha_composite(image, ((_CELL - image.width) // 2, (_CELL - image.height) // 2))
    return cell.convert("RGB")
