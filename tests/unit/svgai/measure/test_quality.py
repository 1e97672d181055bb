"""Measured quality: the same numbers as scikit-image, and sense on pictures whose answer is known."""

import base64
from dataclasses import replace

import cv2
import numpy as np
import numpy.typing as npt
import pytest
from scipy.ndimage import gaussian_filter
from skimage.color import rgb2lab
from skimage.metrics import structural_similarity

from svgai.array_types import Pixels
from svgai.decode.pixels import Ground, composite, encode_png
from svgai.errors import RenderingFailed
from svgai.measure.quality import WHOLE_SIDE, Reference, ssim_between
from svgai.measure.rendering import render

SIZES = ((24, 24), (16, 40), (64, 48), (97, 33), (160, 160))


def as_svg(rgba: Pixels) -> str:
    """An SVG that renders to exactly these pixels: the measure is tested apart from any tracing."""
    height, width = rgba.shape[:2]
    data = base64.b64encode(encode_png(rgba)).decode()
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}"><image width="{width}" '
        f'height="{height}" image-rendering="optimizeSpeed" href="data:image/png;base64,{data}"/></svg>'
    )


def picture(height: int, width: int, seed: int, alpha: bool = False) -> Pixels:
    """Shapes with soft shading and a little noise."""
    draw = np.random.default_rng(seed)
    rgb = cv2.resize(draw.integers(0, 256, (4, 4, 3), np.uint8), (width, height), interpolation=cv2.INTER_CUBIC)
    for _ in range(4):
        centre = (int(draw.integers(width)), int(draw.integers(height)))
        colour = [int(c) for c in draw.integers(0, 256, 3)]
        cv2.circle(rgb, centre, int(draw.integers(2, 3 + min(height, width) // 3)), colour, -1, cv2.LINE_AA)
    noisy = np.clip(rgb + draw.normal(0, 4, rgb.shape), 0, 255).astype(np.uint8)
    levels = draw.integers(0, 2, (height, width, 1), np.uint8) * 255 if alpha else np.full((height, width, 1), 255)
    return np.concatenate([noisy, levels.astype(np.uint8)], axis=2)


def changed(rgba: Pixels, seed: int) -> Pixels:
    """The same picture, blurred, brightened and shifted a little."""
    rgb = np.roll(cv2.GaussianBlur(rgba[..., :3], (5, 5), 1 + seed % 2), seed % 3, axis=1)
    return np.dstack([np.clip(rgb.astype(int) + 7 * (seed % 5) - 10, 0, 255).astype(np.uint8), rgba[..., 3]])


def skimage_both(first: Pixels, second: Pixels) -> tuple[float, npt.NDArray[np.float64]]:
    """The ssim of two pictures, and the map that it is the mean of, borders and all."""
    mean, similarity = structural_similarity(  # type: ignore[no-untyped-call]
        first,
        second,
        gaussian_weights=True,
        sigma=1.5,
        use_sample_covariance=False,
        channel_axis=2,
        data_range=255,
        full=True,
    )
    return float(mean), np.asarray(similarity, np.float64)


def skimage_ssim(first: Pixels, second: Pixels) -> float:
    return skimage_both(first, second)[0]


def flat(colour: tuple[int, int, int], side: int = 64) -> Pixels:
    return np.full((side, side, 4), (*colour, 255), np.uint8)


def mark() -> Pixels:
    """A dark disc and bar on white."""
    rgba = flat((255, 255, 255), 96)
    rgba[40:56, 8:88, :3] = (20, 60, 160)
    rgb = np.ascontiguousarray(rgba[..., :3])
    cv2.circle(rgb, (48, 30), 18, (200, 30, 30), -1, cv2.LINE_AA)
    return np.dstack([rgb, rgba[..., 3]])


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("seed", range(4))
def test_ssim_equals_scikit_image(size: tuple[int, int], seed: int) -> None:
    """On opaque pictures of many sizes both say the same, within 2e-3."""
    source = picture(*size, seed)
    other = changed(source, seed)
    measured = Reference(source).measure(as_svg(other))
    assert measured.ssim == pytest.approx(skimage_ssim(source[..., :3], other[..., :3]), abs=2e-3)


@pytest.mark.parametrize("size", SIZES)
def test_ssim_of_transparency_is_the_worse_of_two_grounds(size: tuple[int, int]) -> None:
    """A picture with holes is compared on white and on black, as scikit-image would, and the worse counts."""
    source = picture(*size, 5, alpha=True)
    svg = as_svg(changed(source, 6))
    rendered = render(svg, size[1], size[0])
    expected = min(skimage_ssim(composite(source, level), composite(rendered, level)) for level in (255, 0))
    assert Reference(source).measure(svg).ssim == pytest.approx(expected, abs=2e-3)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("alpha", [False, True])
def test_delta_e_equals_scikit_image_and_scipy(size: tuple[int, int], alpha: bool) -> None:
    """The mean CIE76 distance of blurred pictures on white, within 0.01."""
    source = picture(*size, 7, alpha=alpha)
    svg = as_svg(changed(source, 8))
    rendered = render(svg, size[1], size[0])

    def lab(rgba: Pixels) -> Pixels:
        soft = gaussian_filter(composite(rgba, 255) / 255, (3, 3, 0), mode="reflect", truncate=4)
        return np.asarray(rgb2lab(soft))

    expected = np.linalg.norm(lab(source) - lab(rendered), axis=2).mean()
    assert Reference(source).measure(svg).delta_e == pytest.approx(expected, abs=0.01)


@pytest.mark.parametrize("colours", [((0, 0, 0), (255, 255, 255)), ((255, 0, 0), (0, 0, 255)), ((3, 2, 1), (0, 9, 0))])
def test_delta_e_of_flat_colours_is_their_distance(colours: tuple[tuple[int, int, int], tuple[int, int, int]]) -> None:
    """From the darkest to the most saturated colours."""
    first, second = (np.array(colour) / 255 for colour in colours)
    expected = np.linalg.norm(rgb2lab(first) - rgb2lab(second))
    assert Reference(flat(colours[0])).measure(as_svg(flat(colours[1]))).delta_e == pytest.approx(expected, abs=0.01)


@pytest.mark.parametrize("side", [1, 3, 10, 12, 64])
def test_an_identical_picture_is_perfect(side: int) -> None:
    """One, one and nought, however small the picture is."""
    source = picture(side, side, 1)
    measured = Reference(source).measure(as_svg(source))
    assert measured.ssim == pytest.approx(1)
    assert measured.worst == pytest.approx(1)
    assert measured.edge_ssim == pytest.approx(1)
    assert measured.delta_e == pytest.approx(0, abs=1e-4)


def test_a_blank_page_fails_at_the_edges() -> None:
    """White in place of a mark: the empty ground still earns half of ssim, but next to nothing near edges."""
    measured = Reference(mark()).measure(as_svg(flat((255, 255, 255), 96)))
    assert measured.ssim > 0.4
    assert measured.edge_ssim < 0.1
    assert measured.delta_e > 10


def test_an_inverted_picture_is_worse_than_a_blank_one() -> None:
    """Structure turned upside down counts against it."""
    source = mark()
    inverted = source.copy()
    inverted[..., :3] = 255 - source[..., :3]
    reference = Reference(source)
    measured, blank = reference.measure(as_svg(inverted)), reference.measure(as_svg(flat((255, 255, 255), 96)))
    assert measured.ssim < blank.ssim
    assert measured.edge_ssim < 0
    assert measured.delta_e > 50


def test_a_pixel_of_shift_shows_at_the_edges() -> None:
    """Colours are all there, edges are not where they were."""
    measured = Reference(mark()).measure(as_svg(np.roll(mark(), 1, axis=1)))
    assert 0.7 < measured.ssim < 0.99
    assert measured.edge_ssim < measured.ssim - 0.05
    assert measured.delta_e < 3


def test_a_gradient_made_flat_shows_in_delta_e_alone() -> None:
    """Structure survives a soft gradient that became one colour, so ssim is high; the colour difference does not."""
    ramp = np.linspace(60, 200, 256).round().astype(np.uint8)
    gradient = np.empty((256, 256, 4), np.uint8)
    gradient[...] = np.stack([ramp, 255 - ramp, np.full(256, 120), np.full(256, 255)], axis=1)[None].astype(np.uint8)
    measured = Reference(gradient).measure(as_svg(flat((130, 125, 120), 256)))
    assert measured.ssim > 0.9
    assert measured.delta_e > 15


def test_a_white_logo_on_transparency_is_judged_on_black() -> None:
    """An empty SVG is perfect on white, and still no good answer."""
    source = np.zeros((64, 64, 4), np.uint8)
    source[16:48, 16:48] = 255
    empty = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64"></svg>'
    measured = Reference(source).measure(empty)
    assert measured.ssim < 0.7
    assert measured.edge_ssim < 0.2


def test_large_pictures_are_compared_reduced() -> None:
    """As a whole: the longest side comes down to 512, the aspect stays."""
    reference = Reference(picture(300, 1024, 2))
    assert (reference.width, reference.height) == (WHOLE_SIDE, 150)


@pytest.mark.parametrize("size, times", [((11, 11), 3), ((16, 9), 2), ((1, 23), 2)])
def test_very_small_pictures_are_compared_enlarged(size: tuple[int, int], times: int) -> None:
    """Every pixel a square, so that all of them count; where it falls short is told in their own pixels."""
    source = picture(16, 23, 2)[: size[0], : size[1]]
    other = changed(picture(16, 23, 2), 1)[: size[0], : size[1]]
    large = [one.repeat(times, axis=0).repeat(times, axis=1) for one in (source, other)]
    inspection = Reference(source).inspect(as_svg(other))
    assert inspection.quality == replace(Reference(large[0]).measure(as_svg(large[1])), bytes=inspection.quality.bytes)
    assert inspection.local.shape == size
    assert inspection.local.min() == inspection.quality.worst


def test_two_pictures_are_compared_at_their_own_size() -> None:
    """Also where they are larger than what is measured of a source."""
    source = picture(96, 2 * WHOLE_SIDE, 1)
    other = changed(source, 1)
    between = ssim_between(source[..., :3], other[..., :3])
    assert between == pytest.approx(skimage_ssim(source[..., :3], other[..., :3]), abs=2e-3)


def test_bytes_and_paths_are_counted() -> None:
    """Bytes of UTF-8, not characters; path elements, not clip paths."""
    body = '<title>é</title><clipPath id="a"><path d="M0 0h9v9z"/></clipPath><path d="M0 0h9v9z"/><rect width="1"/>'
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9">{body}</svg>'
    measured = Reference(flat((255, 255, 255), 9)).measure(svg)
    assert measured.bytes == len(svg) + 1
    assert measured.paths == 2


BLANK = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path fill="#fff" d="M0 0h9v9H0z"/></svg>'
NOTHING = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"></svg>'


@pytest.mark.parametrize("svg", [BLANK, NOTHING])
def test_a_lost_mark_shows_in_the_poorest_place(svg: str) -> None:
    """A page without its one small mark: the mean hardly moves, the least of the map falls to next to nothing."""
    page = flat((255, 255, 255), 256)
    page[120:128, 100:130, :3] = (20, 60, 160)
    measured = Reference(page).measure(svg)
    assert measured.ssim > 0.95
    assert measured.worst < 0.2


def test_a_nicked_border_shows_in_the_poorest_place() -> None:
    """Also where the mean does not look: at the border of the picture."""
    page = flat((255, 255, 255), 128)
    page[:, :4, :3] = 0
    measured = Reference(page).measure(BLANK)
    assert measured.worst < 0.3


@pytest.mark.parametrize("alpha", [False, True])
@pytest.mark.parametrize("colour", [(255, 255, 255), (0, 0, 0), (200, 30, 40)])
def test_an_empty_answer_is_known(colour: tuple[int, int, int], alpha: bool) -> None:
    """Whatever colour is drawn on no ground, or on a ground: one colour, or nothing, is not what the source shows."""
    source = flat((90, 90, 90), 64)
    source[..., 3] = 0 if alpha else 255
    source[20:30, 20:30] = (*colour, 255)
    reference = Reference(source)
    for svg in (BLANK, NOTHING):
        assert reference.inspect(svg).empty
    assert not reference.inspect(as_svg(source)).empty


@pytest.mark.parametrize("colour", [(255, 255, 255, 255), (10, 20, 30, 255), (10, 20, 30, 0)])
def test_one_colour_is_not_empty_where_the_source_has_no_more(colour: tuple[int, int, int, int]) -> None:
    """A page of one colour, or with the noise of a JPEG, or clear all over, shows all that there is."""
    source = np.full((64, 64, 4), colour, np.uint8)
    source[::2, ::3, :3] += np.uint8(3) if colour[0] < 250 else np.uint8(0)
    reference = Reference(source)
    assert not reference.inspect(BLANK).empty
    assert not reference.inspect(NOTHING).empty


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("alpha", [False, True])
def test_worst_equals_scikit_image_and_scipy(size: tuple[int, int], alpha: bool) -> None:
    """The least of the map, mean of its channels, averaged with a Gaussian; of two grounds the poorer counts."""
    source = picture(*size, 11, alpha=alpha)
    svg = as_svg(changed(source, 12))
    rendered = render(svg, size[1], size[0])
    grounds: tuple[Ground, ...] = (255, 0) if alpha else (255,)

    def least(level: Ground) -> float:
        first, second = composite(source, level), composite(rendered, level)
        local = gaussian_filter(skimage_both(first, second)[1].mean(axis=2), 3, mode="reflect", truncate=4)
        return float(local.min())

    measured = Reference(source).measure(svg)
    assert measured.worst == pytest.approx(min(least(level) for level in grounds), abs=5e-3)


def test_an_unreadable_svg_is_a_fault() -> None:
    """There is no quality of what cannot be rendered."""
    with pytest.raises(RenderingFailed):
        Reference(mark()).measure("no svg")
