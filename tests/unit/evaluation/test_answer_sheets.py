"""Many answers on sheets."""

from pathlib import Path

import numpy as np
from PIL import Image

from evaluation.answer_sheets import SheetSize, write_sheets
from evaluation.report.comparison_picture import CELL, Pictured
from svgai.array_types import Pixels
from svgai.convert.conversion import Conversion, ConversionOptions, convert
from tests.fakes.tiny_models import drawn_logo


def answer(rgba: Pixels) -> Conversion:
    return convert(rgba, None, ConversionOptions({}, target_quality=0.9))


def test_sheets_hold_so_many_answers_each(tmp_path: Path) -> None:
    """The last one what is left; each answer beside its image, at twice its size, in files that sort in order."""
    images = [(f"logo-{seed}", Pictured(drawn_logo(seed, 40))) for seed in range(5)]
    told: list[tuple[str, int, int]] = []
    written = write_sheets(images, answer, tmp_path / "new", SheetSize(2, 1), lambda *step: told.append(step))
    assert [path.name for path in written] == ["answers-01.png", "answers-02.png", "answers-03.png"]
    sizes = []
    for path in written:
        with Image.open(path) as sheet:
            sizes.append(sheet.size)
    assert sizes[0] == sizes[1]
    assert sizes[0][0] > 2 * sizes[2][0] - CELL
    assert told[-1] == ("Drawing sheets", 5, 5)


def test_an_answer_stands_right_of_its_image(tmp_path: Path) -> None:
    """What is red in the image is red on both sides of the line between them."""
    red = np.zeros((32, 32, 4), np.uint8)
    red[8:24, 8:24] = (255, 0, 0, 255)
    (path,) = write_sheets([("square", Pictured(red))], answer, tmp_path, SheetSize(), lambda *_: None)
    with Image.open(path) as sheet:
        reds = (np.asarray(sheet.convert("RGB")) == (255, 0, 0)).all(axis=2)
    middle = reds.shape[1] // 2
    assert reds[:, :middle].sum() == 32 * 32
    assert abs(int(reds[:, middle:].sum()) - 32 * 32) < 100
