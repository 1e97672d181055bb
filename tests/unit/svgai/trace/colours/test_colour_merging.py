import numpy as np

from svgai.trace.colours.colour_merging import merge_colours


def test_merging_keeps_the_heaviest_and_obeys_the_limit() -> None:
    """Colours closer than the distance become the heavier one; a limit merges further."""
    colours = [np.array(level, np.float32) for level in ((100, 100, 100), (101, 100, 100), (0, 0, 0), (255, 255, 255))]
    kept, place = merge_colours(colours, [1, 5, 2, 2], 3.0, 10)
    assert kept[place[0]].tolist() == [101, 100, 100]
    assert len(kept) == 3
    fewer, _ = merge_colours(colours, [1, 5, 2, 2], 3.0, 2)
    assert len(fewer) == 2
