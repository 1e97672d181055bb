"""Marks of many parts or colours that are neither a scene nor a figure."""

from random import Random

import numpy as np
import pytest

from training.data.synthetic.drawing.typefaces import FontLibrary
from training.data.synthetic.illustrations.choice import Maker
from training.data.synthetic.marks import intricate

MARKS: tuple[Maker, ...] = (
    intricate.interlaced, intricate.chain, intricate.strata, intricate.split_target, intricate.pixels,
    intricate.faceted_head, intricate.engraving, intricate.built_letter, intricate.bodies,
    intricate.overlaid,
)  # fmt: skip


@pytest.mark.parametrize("mark", MARKS)
@pytest.mark.slow
def test_a_mark_has_many_parts_in_flat_colours(mark: Maker) -> None:
    """The typical one has six parts or more, in two colours or more, none of them a gradient."""
    parts, colours = [], []
    for seed in range(40):
        shapes = mark(Random(seed), FontLibrary.bundled()).shapes
        paints = {paint for shape in shapes for paint in (shape.fill, shape.stroke) if paint is not None}
        assert all(isinstance(paint, str) for paint in paints)
        parts.append(len(shapes))
        colours.append(len(paints))
    assert np.median(parts) >= 6
    assert min(colours) >= 2
