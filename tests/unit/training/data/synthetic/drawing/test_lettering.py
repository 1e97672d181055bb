"""Words beside and below marks."""

from random import Random

from training.data.synthetic.drawing.lettering import captioned
from training.data.synthetic.drawing.outlines import circle
from training.data.synthetic.drawing.painted_outlines import Drawing, Shape
from training.data.synthetic.drawing.typefaces import FontLibrary


def test_a_caption_stands_below_and_is_outweighed() -> None:
    """The word begins below the mark, is no wider than it and less than a quarter of its height."""
    mark = Drawing((Shape(circle(0, 100), "#336699"),))
    for seed in range(20):
        word = Drawing(captioned(Random(seed), FontLibrary.bundled(), mark, "#000000").shapes[1:])
        left, top, right, bottom = word.bounds()
        assert top > 100
        assert right - left < 200
        assert bottom - top < 50
