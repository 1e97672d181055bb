"""What convert answers, drawn."""

from pathlib import Path

import pytest
from PIL import Image

from evaluation.answer_pictures import Answering, draw_comparison, draw_sheets
from evaluation.answer_sheets import SheetSize
from svgai.decode.pixels import encode_png
from svgai.errors import ModelFault
from svgai.model_files.model_pair import ModelSource
from svgai.settings import Settings
from tests.fakes.tiny_models import drawn_logo
from training.data.datasets import Sample

SAMPLES = [Sample(f"logo-{seed}", None, "logo", encode_png(drawn_logo(seed, 32))) for seed in range(2)]


def quiet(_stage: str, _done: int, _total: int) -> None:
    """Progress that nobody watches."""


def test_a_picture_compares_them(models_folder: Path, tmp_path: Path) -> None:
    """A PNG with a row for each image, in a folder that is made."""
    out = tmp_path / "new" / "sheet.png"
    answering = Answering("0.9", Settings(), ModelSource(models_folder, models_folder))
    draw_comparison(SAMPLES, answering, out, quiet, zoom=4)
    with Image.open(out) as sheet:
        assert sheet.width > 3 * 4 * 256
        assert sheet.height > 2 * 4 * 32


def test_sheets_show_them_all(tmp_path: Path) -> None:
    """Without models, too, at the default target."""
    draw_sheets(SAMPLES, Answering("default", Settings(), None), tmp_path, SheetSize(1, 1), quiet)
    assert len(list(tmp_path.glob("*.png"))) == 2


def test_models_that_do_not_load_are_a_fault(tmp_path: Path) -> None:
    """Before anything is drawn."""
    with pytest.raises(ModelFault):
        Answering("default", Settings(), ModelSource(tmp_path, tmp_path)).converting()
