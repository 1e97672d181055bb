"""Images, VTracer's defaults and our SVG side by side."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from evaluation.report.comparison_picture import CELL, ZOOM, Pictured, comparison_picture, write_comparison
from svgai.array_types import Pixels
from svgai.measure.rendering import render
from tests.fakes.tiny_models import drawn_logo


def red(rgba: Pixels) -> str:
    height, width = rgba.shape[:2]
    box = f'viewBox="0 0 {width} {height}"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {box}><path fill="red" d="M0 0h999v999H0"/></svg>'


def test_the_last_column_is_what_the_caller_makes(tmp_path: Path) -> None:
    """Whatever tracing it stands for, drawn at twice the size of the image, also of a large square one."""
    told: list[tuple[str, int, int]] = []
    images = [Pictured(drawn_logo(1, 40)), Pictured(drawn_logo(2, CELL))]
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


BLUE_DISC = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 40"><circle cx="20" cy="20" r="18" fill="blue"/></svg>'
)


def blues(image: Pictured, zoom: int = 4, butteraugli: str | None = None) -> int:
    """Blue pixels of the first column."""
    sheet = comparison_picture([image], red, lambda *_: None, zoom, butteraugli)
    first = np.asarray(sheet)[:, : CELL * zoom]
    return int((first == (0, 0, 255)).all(axis=2).sum())


def test_what_it_was_drawn_from_stands_first() -> None:
    """As smooth as it is; an image without a drawing shows its pixels as squares."""
    rgba = render(BLUE_DISC, 40, 40)
    smooth = int((render(BLUE_DISC, 160, 160) == (0, 0, 255, 255)).all(axis=2).sum())
    assert blues(Pictured(rgba, BLUE_DISC)) == smooth
    assert blues(Pictured(rgba)) == 16 * int((rgba == (0, 0, 255, 255)).all(axis=2).sum())


@pytest.mark.slow
def test_a_large_image_is_enlarged_less() -> None:
    """Never beyond its column."""
    rgba = render(BLUE_DISC, 4 * CELL, 4 * CELL)
    assert blues(Pictured(rgba), zoom=1) < CELL**2


def test_the_judge_is_asked_where_there_is_a_drawing(tmp_path: Path) -> None:
    """Once for VTracer's defaults and once for ours, of each image that has one."""
    program, calls = tmp_path / "butteraugli", tmp_path / "calls"
    program.write_text(f"#!/bin/sh\necho >> {calls}\necho 3\n")
    program.chmod(0o755)
    rgba = render(BLUE_DISC, 40, 40)
    blues(Pictured(rgba), butteraugli=str(program))
    assert not calls.exists()
    blues(Pictured(rgba, BLUE_DISC), butteraugli=str(program))
    assert calls.read_text() == "\n\n"


def test_a_white_logo_is_shown_on_black() -> None:
    """On white there would be nothing to see."""
    white = BLUE_DISC.replace("blue", "white")
    shown = Pictured(render(white, 40, 40), white).shown(white, 1)
    assert (shown[0, 0].tolist(), shown[20, 20].tolist()) == ([0, 0, 0], [255, 255, 255])
