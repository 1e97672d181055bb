import numpy as np
import pytest

from svgai.trace.regions.subpixel_strokes import ridges


@pytest.mark.parametrize("times", [1, 2, 3])
@pytest.mark.parametrize("way", ["across", "down"])
def test_a_faint_stroke_is_a_ridge(times: int, way: str) -> None:
    """Along a line whose pixels are less than half a stroke's, the middle is on the ridge and the rest is not."""
    shares = np.zeros((24, 24), np.float32)
    shares[12] = 0.45
    found = ridges(
        np.zeros((24, 24), np.uint8), np.ones((24, 24), np.uint8), shares if way == "across" else shares.T, times
    )
    assert found.any()
    assert not (found if way == "across" else found.T)[[*range(12), *range(13, 24)]].any()


def test_an_edge_is_no_ridge() -> None:
    """Where the second model covers what lies beside, a blend is the edge between the two."""
    indices = np.zeros((24, 24), np.uint8)
    indices[13:] = 1
    shares = np.zeros((24, 24), np.float32)
    shares[12] = 0.45
    assert not ridges(indices, 1 - indices, shares, 1)[12, 2:-2].any()


def test_faint_shares_are_no_ridge() -> None:
    """A trace of a second model is no stroke."""
    shares = np.zeros((12, 12), np.float32)
    shares[6] = 0.2
    assert not ridges(np.zeros((12, 12), np.uint8), np.ones((12, 12), np.uint8), shares, 2).any()
