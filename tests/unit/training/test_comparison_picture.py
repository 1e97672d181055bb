"""Images, VTracer's defaults and our SVG side by side."""

from pathlib import Path

import numpy as np
from PIL import Image

from svgai.images import Pixels
from tests.tiny_models import drawn_logo
from training.comparison_picture import CELL, ZOOM, write_comparison


def red(rgba: Pixels) -> str:
    height, width = rgba.shape[:2]
    box = f'viewBox="0 0 {width} {height}"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {box}><path fill="red" d="M0 0h999v999H0"/></svg>'


def test_the_last_column_is_what_the_caller_makes(tmp_path: Path) -> None:
    """Whatever tracing it stands for, drawn at twice the size of the image, also of a large square one."""
    told: list[tuple[str, int, int]] = []
    images = [drawn_logo(1, 40), drawn_logo(2, CELL)]
    out = tmp_path / "new" / "sheet.png"
    write_comparison(images, red, out, lambda *step: told.append(step))
    with Image.open(out) as sheet:
        pixels = np.asarray(sheet.convert("RGB"))
    side = CELL * ZOOM
    assert pixels.shape[1] > 3 * side
    last = pixels[:, 2 * side :]
    reds = (last == (255, 0, 0)).all(axis=2)
    assert reds.sum() == (40 * ZOOM) ** 2 + (CELL * ZOOM) ** 2
    assert not (pixels[:, : 2 * side] == (255, 0, 0)).all(axis=2).any()
    assert told == [("Drawing", 1, 2), ("Drawing", 2, 2)]
