from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from learning.experiments.evaluation import evaluate
from learning.experiments.metrics import ATTAINMENT, BYTES, RATING, SECONDS, WORST, Observations
from learning.experiments.sequence_picture import draw_sequences


@pytest.mark.slow
def test_there_is_a_panel_for_each_metric_that_has_values(tmp_path: Path) -> None:
    """Four of pairs, which nobody rates; the folder is made."""
    rng = np.random.default_rng(0)
    values = {metric: rng.normal(size=500) for metric in (BYTES, ATTAINMENT, WORST, SECONDS)}
    found = evaluate(Observations(values | {RATING: np.full(500, np.nan)}))

    draw_sequences("optimizer-3-against-2.shadow-1", found, tmp_path / "made" / "ab.png")

    with Image.open(tmp_path / "made" / "ab.png") as picture:
        assert picture.width == 4 * round(3.6 * 110)
        assert len(picture.convert("RGB").getcolors(10**6) or []) > 10
