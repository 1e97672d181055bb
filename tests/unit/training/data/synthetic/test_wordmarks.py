"""Lettering that dominates."""

from random import Random

import numpy as np
import pytest

from training.data.synthetic.drawing.typefaces import FontLibrary
from training.data.synthetic.wordmarks import boxed


@pytest.mark.slow
def test_a_boxed_word_lies_within_its_field() -> None:
    """The box of the whole is the box of its first shape, the field."""
    for seed in range(40):
        drawing = boxed(Random(seed), FontLibrary.bundled())
        assert np.allclose(drawing.bounds(), drawing.shapes[0].bounds())
