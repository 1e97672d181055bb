import numpy as np
import pytest

from svgai.array_types import Pixels
from svgai.decode.pixels import premultiplied
from svgai.trace.soft.soft_parts import noticeably_soft, parted
from tests.inputs.tracing_inputs import RED, coverage, shadowed


def _cut_out(radius: float) -> Pixels:
    rgba = np.full((64, 64, 4), (*RED, 255), np.uint8)
    rgba[..., 3] = coverage(64, radius)
    return rgba


def test_a_shadow_goes_on_beneath_the_shape_that_casts_it() -> None:
    """What is crisp is the shape alone; of what hides the shadow no pixel is a hole in it."""
    rgba = shadowed(96, 5)
    parts = parted(rgba)
    assert (parts.crisp[24:72, 24:72, 3] == 255).all()
    assert (parts.crisp[..., 3] > 60).sum() == 48 * 48
    assert parts.soft[70, 48, 3] > 40


@pytest.mark.parametrize("sigma", [2.0, 4.0, 9.0])
def test_parts_laid_over_each_other_are_the_image(sigma: float) -> None:
    """Crisp over soft gives the image to a level or two."""
    rgba = shadowed(96, sigma)
    parts = parted(rgba)
    crisp = premultiplied(parts.crisp)
    whole = crisp + (1 - crisp[..., 3:] / 255) * parts.soft
    assert np.abs(whole - premultiplied(rgba)).max() <= 2


def test_an_edge_above_a_shadow_is_as_sharp_as_on_clear_ground() -> None:
    """From the blend of an anti-aliased edge with what lies beneath, its own share comes back."""
    share = coverage(64, 20).astype(np.float32) / 255
    beneath = 0.4
    rgba = np.zeros((64, 64, 4), np.uint8)
    alpha = share + beneath * (1 - share)
    rgba[..., :3] = np.rint(np.array(RED) * (share / alpha)[..., None])
    rgba[..., 3] = np.rint(alpha * 255)
    crisp = parted(rgba).crisp[..., 3]
    assert np.abs(crisp[crisp > 60] - 255 * share[crisp > 60]).max() <= 12


def test_a_cut_out_is_not_soft() -> None:
    """Anti-aliased edges, of shapes and of strokes that no pixel lies within, belong to what is crisp."""
    disc = _cut_out(20)
    assert not noticeably_soft(disc, parted(disc))
    strokes = np.zeros((64, 64, 4), np.uint8)
    strokes[::8, 4:60] = (*RED, 120)
    parts = parted(strokes)
    assert not noticeably_soft(strokes, parts)
    assert (parts.crisp[..., 3] == strokes[..., 3]).all()


def test_an_evenly_translucent_shape_is_soft() -> None:
    """It has edges, and nothing of it is crisp."""
    rgba = _cut_out(20)
    rgba[..., 3] //= 2
    parts = parted(rgba)
    assert noticeably_soft(rgba, parts)
    assert parts.crisp[..., 3].max() <= 5
    assert parts.edges.any()
