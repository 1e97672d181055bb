"""SVG to pixels of exactly the wanted size."""

import numpy as np
import pytest

from svgai.errors import RenderingFailed
from svgai.measure.rendering import render

SQUARE = '<path fill="#c80a14" d="M0 0h10v10h-10z"/>'
NAMESPACE = 'xmlns="http://www.w3.org/2000/svg"'


@pytest.mark.parametrize(
    "attributes",
    [
        'viewBox="0 0 10 10"',
        'width="10" height="10" viewBox="0 0 10 10"',
        'viewBox="0 0 10 10" preserveAspectRatio="xMinYMin slice"',
        "viewBox='0 0 10 10' preserveAspectRatio='none' width='100%' height='5cm'",
        'width="10" height="10"',
        'width="10px" height="10px"',
        "width='10' height='10'",
    ],
)
def test_the_drawing_is_stretched_to_the_size(attributes: str) -> None:
    """Whatever size and aspect a document names, its whole drawing fills the wanted pixels."""
    pixels = render(f"<svg {NAMESPACE} {attributes}>{SQUARE}</svg>", 40, 20)
    assert pixels.shape == (20, 40, 4)
    assert pixels.dtype == np.uint8
    assert (pixels == (200, 10, 20, 255)).all()


def test_without_any_size_units_are_pixels() -> None:
    """A document with neither viewBox nor size is drawn as large as it is."""
    pixels = render(f"<svg {NAMESPACE}>{SQUARE}</svg>", 40, 20)
    assert pixels[9, 9].tolist() == [200, 10, 20, 255]
    assert pixels[11, 11, 3] == 0


def test_alpha_is_straight() -> None:
    """A half transparent colour keeps its levels, and what is not painted is clear."""
    drawing = '<path fill="#c80a14" fill-opacity=".5" d="M0 0h5v10h-5z"/>'
    pixels = render(f'<svg {NAMESPACE} viewBox="0 0 10 10">{drawing}</svg>', 10, 10)
    assert np.abs(pixels[5, 2].astype(int) - (200, 10, 20, 128)).max() <= 1
    assert pixels[5, 8, 3] == 0


@pytest.mark.parametrize(
    "text", ["", "hello", "<html></html>", "<svg", f"<svg {NAMESPACE}><path></svg>", f"<svg {NAMESPACE}>\0</svg>"]
)
def test_garbage_is_a_rendering_fault(text: str) -> None:
    """What is no SVG document gets our error."""
    with pytest.raises(RenderingFailed):
        render(text, 10, 10)


@pytest.mark.parametrize("side", [0, -1, 2**40])
def test_an_impossible_size_is_a_rendering_fault(side: int) -> None:
    """Whatever resvg answers to a size that cannot be, panics included, is our error."""
    with pytest.raises(RenderingFailed):
        render(f'<svg {NAMESPACE} viewBox="0 0 10 10">{SQUARE}</svg>', side, side)


def test_scripts_and_addresses_are_inert() -> None:
    """Scripts do not run and remote pictures stay empty."""
    body = '<script>x()</script><image href="http://127.0.0.1:9/x.png" width="10" height="10"/>'
    pixels = render(f'<svg {NAMESPACE} viewBox="0 0 10 10">{body}</svg>', 10, 10)
    assert not pixels[..., 3].any()
