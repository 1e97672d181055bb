"""Flat pictures of one thing."""

from random import Random

import pytest

from training.data.synthetic.drawing.palettes import flat_palette
from training.data.synthetic.drawing.typefaces import FontLibrary
from training.data.synthetic.marks import flat_pictures
from training.data.synthetic.marks.flat_marks import Mark

PICTURES: tuple[Mark, ...] = (
    flat_pictures.face, flat_pictures.striped_object, flat_pictures.halved_tile, flat_pictures.flow,
    flat_pictures.wire_body, flat_pictures.inset_cube, flat_pictures.outlined_flower, flat_pictures.crossing_bands,
    flat_pictures.ringed,
    flat_pictures.row_of_shapes, flat_pictures.extruded, flat_pictures.bands_of_rings,
)  # fmt: skip


@pytest.mark.parametrize("picture", PICTURES)
def test_a_picture_is_flat_and_in_few_colours(picture: Mark) -> None:
    """Paints are colours, not gradients, at most eight of them, and the typical picture has at most six."""
    counts = []
    for seed in range(40):
        rng = Random(seed)
        shapes = picture(rng, flat_palette(rng), FontLibrary.bundled()).shapes
        paints = {paint for shape in shapes for paint in (shape.fill, shape.stroke) if paint is not None}
        assert all(isinstance(paint, str) for paint in paints)
        assert 1 <= len(paints) <= 8
        counts.append(len(paints))
    assert sorted(counts)[20] <= 6
