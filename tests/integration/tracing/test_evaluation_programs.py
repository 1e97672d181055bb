"""The programs that an evaluation calls, as they are installed: butteraugli, which judges, and potrace, a rival."""

import pytest

from evaluation.judge.drawing_judge import Judge
from evaluation.methods.enlarged_tracings import potrace_enlarged
from evaluation.methods.one_colour import one_colour
from svgai.measure.quality import Reference
from svgai.measure.rendering import render
from tests.integration.servers.viewers import program

pytestmark = pytest.mark.integration

DISC = '<circle cx="20" cy="16" r="11" fill="#c03"/>'


def drawing(content: str) -> str:
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 48 32">{content}</svg>'


def test_butteraugli_tells_faults_from_none() -> None:
    """Nothing for the same picture, and more for a lost dot than for one that is moved."""
    judge = Judge(drawing(DISC), 48, 32, program("butteraugli"))
    same, moved, lost = (
        judge.judge(drawing(content)).butteraugli for content in (DISC, DISC.replace("20", "20.25"), "")
    )
    assert same is not None
    assert moved is not None
    assert lost is not None
    assert same == 0
    assert 1 < moved < 40 < lost


@pytest.mark.parametrize("size", [(48, 1), (1, 2)])
def test_butteraugli_takes_the_smallest_pictures(size: tuple[int, int]) -> None:
    """It gives up on less than eight pixels by itself."""
    found = Judge(drawing(DISC), *size, program("butteraugli")).judge(drawing(""))
    assert found.butteraugli is not None
    assert found.butteraugli > 10


@pytest.mark.parametrize("ground", ["", '<path fill="#123" d="M0 0h48v32H0z"/>'])
def test_potrace_gives_the_picture_back(ground: str) -> None:
    """In its place, its size and its colours, on clear ground and on another colour than white."""
    rgba = render(drawing(ground + DISC), 48, 32)
    found = one_colour(rgba)
    assert found is not None
    quality = Reference(rgba).measure(potrace_enlarged(found, program("potrace")))
    assert quality.ssim > 0.97
    assert quality.worst > 0.8
    assert quality.delta_e < 1
