import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from svgai.array_types import Pixels
from svgai.decode.pixels import resize
from svgai.measure.rendering import render
from svgai.trace.parameters import TracingParameters
from svgai.trace.region_drawing import silhouette
from svgai.trace.svg.grid_geometry import AnyOutline, Ellipse, Outline, Rectangle
from svgai.trace.svg.writer import Shape, document, elements
from tests.inputs.tracing_inputs import BLACK, RED, WHITE, coverage, disc, drawing_of, opaque

DEFAULTS = TracingParameters()


def _shapes(rgb: Pixels, parameters: TracingParameters = DEFAULTS) -> list[Shape]:
    return drawing_of(opaque(rgb), parameters).shapes()


def _drawn(shapes: list[Shape], pixels: Pixels, zoom: int = 1, grid: int = DEFAULTS.grid) -> Pixels:
    height, width = pixels.shape[:2]
    svg = document(elements(shapes), (width, height), (width * grid, height * grid))
    return render(svg, width * zoom, height * zoom)


def _outlines(shapes: list[Shape]) -> list[AnyOutline]:
    return [outline for shape in shapes for outline in shape.outlines]


def test_a_disc_on_ground_is_a_page_and_a_circle() -> None:
    """A disc gives the page in the ground's colour and one circle in its own, where it is."""
    page, circle = _shapes(disc(64, 20, RED, WHITE))
    assert (page.fill, page.outlines) == ("#ffffff", (Rectangle((0, 0), (64 * 3, 64 * 3)),))
    assert circle.fill == "#c81e28"
    (outline,) = circle.outlines
    assert isinstance(outline, Ellipse)
    assert outline.centre == pytest.approx((96, 96), abs=1)
    assert outline.radii == pytest.approx((60, 60), abs=1)


def test_a_ring_shows_the_ground_again() -> None:
    """The middle of a ring is painted in the ground's colour, so that the picture is the ring."""
    rgb = disc(64, 26, RED, WHITE)
    inner = coverage(64, 12)[..., None] / 255
    rgb = np.rint(rgb * (1 - inner) + 255 * inner).astype(np.uint8)
    drawn = _drawn(_shapes(rgb), rgb)
    assert np.abs(drawn[..., :3].astype(int) - rgb).mean() < 1


@pytest.mark.parametrize("transposed", [False, True])
@pytest.mark.parametrize("step", [20, 60])
def test_neighbours_leave_no_seam(step: int, transposed: bool) -> None:
    """Between two touching halves of like colours nothing of a contrasting ground shines through, however enlarged."""
    left, right = (200, 60, 60), (200, 60 + step, 60)
    rgb = np.zeros((60, 80, 3), np.uint8)
    rgb[10:50, 10:41], rgb[10:50, 41:70] = left, right
    if transposed:
        rgb = np.ascontiguousarray(rgb.transpose(1, 0, 2))
    drawn = _drawn(_shapes(rgb), rgb, zoom=4)
    if transposed:
        drawn = drawn.transpose(1, 0, 2)
    inside = drawn[60:180, 60:260].astype(int)
    assert (inside[..., 0] >= 195).all()
    assert (inside[..., 2] >= 55).all()


@pytest.mark.slow
@given(seed=st.integers(0, 999))
@settings(max_examples=8, deadline=None)
def test_a_mosaic_shows_no_ground(seed: int) -> None:
    """Fields of many bright colours side by side cover a black ground wholly."""
    fields = np.random.default_rng(seed).integers(120, 256, (4, 4, 3), np.uint8)
    rgb = np.zeros((68, 68, 3), np.uint8)
    rgb[10:58, 10:58] = fields.repeat(12, 0).repeat(12, 1)
    drawn = _drawn(_shapes(rgb), rgb, zoom=4)
    assert drawn[48:-48, 48:-48, :3].min() >= 110


def test_a_cut_out_has_no_page() -> None:
    """Of an image on transparency only what is visible is painted, in its own colours up to its edge."""
    rgba = np.full((64, 64, 4), (*RED, 255), np.uint8)
    rgba[..., 3] = coverage(64, 20)
    (shape,) = drawing_of(rgba).shapes()
    (outline,) = shape.outlines
    assert isinstance(outline, Ellipse)
    drawn = _drawn([shape], rgba)
    assert np.abs(drawn[..., 3].astype(int) - rgba[..., 3]).max() < 40
    assert (drawn[drawn[..., 3] == 255][:, :3] == RED).all()


def test_holes_of_a_cut_out_stay_clear() -> None:
    """The clear middle of a ring of two colours stays clear, its edge sharp."""
    rgba = np.full((64, 64, 4), (*RED, 255), np.uint8)
    rgba[:, 32:, :3] = (20, 90, 200)
    rgba[..., 3] = coverage(64, 26) - coverage(64, 12)
    drawn = _drawn(drawing_of(rgba).shapes(), rgba)
    assert drawn[32, 32, 3] == drawn[2, 2, 3] == 0
    assert np.abs(drawn[..., 3].astype(int) - rgba[..., 3]).mean() < 2
    assert drawn[32, 12].tolist() == [*RED, 255]
    assert drawn[32, 52].tolist() == [20, 90, 200, 255]


@pytest.mark.parametrize("scale", [1, 3, 20])
def test_a_silhouette_is_the_visible_part(scale: int) -> None:
    """A silhouette has the outlines of what is at least half opaque, holes included, at any scale."""
    alpha = np.asarray(coverage(120, 50) - coverage(120, 20), np.uint8)
    outlines = silhouette(alpha, 2, DEFAULTS, scale)
    drawn = render(document(elements([Shape("#000000", outlines)]), (60, 60), (60 * scale, 60 * scale)), 120, 120)
    assert np.abs(drawn[..., 3].astype(int) - alpha).mean() < 6
    assert not silhouette(np.full((8, 8), 100, np.uint8), 2, DEFAULTS, scale)


def test_a_silhouette_of_everything_is_the_page() -> None:
    """Where all is visible the silhouette is the whole page."""
    drawn = render(
        document(
            elements([Shape("#000000", silhouette(np.full((40, 60), 255, np.uint8), 2, DEFAULTS, 3))]),
            (30, 20),
            (90, 60),
        ),
        30,
        20,
    )
    assert (drawn[..., 3] == 255).all()


def test_polygons_have_no_curves() -> None:
    """Where outlines are to be straight, no step is a curve."""
    y, x = np.mgrid[:64, :64]
    rgb = np.where(((x - 32) ** 2 / 2 + (y - 32) ** 2 + x * y / 3 < 500)[..., None], RED, WHITE).astype(np.uint8)
    shapes = _shapes(rgb, TracingParameters(mode="polygon"))
    steps = [step for outline in _outlines(shapes) if isinstance(outline, Outline) for step in outline.steps]
    assert steps
    assert {len(step) for step in steps} == {1}


def test_more_simplified_is_smaller() -> None:
    """The more outlines may move, the fewer bytes they take."""
    random = np.random.default_rng(4)
    noise = resize(opaque(random.integers(0, 256, (10, 10, 3), np.uint8)), 100, 100)[..., :1]
    rgb = np.where(noise > 128, np.array(RED), np.array(WHITE)).astype(np.uint8)
    sizes = [len(elements(_shapes(rgb, TracingParameters(simplify=value)))) for value in (0, 0.5, 1, 2, 4)]
    assert sizes == sorted(sizes, reverse=True)
    assert sizes[-1] < sizes[0] / 2


def test_specks_are_dropped() -> None:
    """A patch narrower than the limit is not painted, a larger one is."""
    rgb = np.full((60, 60, 3), 255, np.uint8)
    rgb[10:13, 10:13] = BLACK
    rgb[30:50, 30:50] = RED
    fills = [{shape.fill for shape in _shapes(rgb, TracingParameters(filter_speckle=speck))} for speck in (2, 12)]
    assert fills == [{"#ffffff", "#000000", "#c81e28"}, {"#ffffff", "#c81e28"}]


@pytest.mark.parametrize("size", [(1, 1), (1, 12), (12, 1), (2, 2), (3, 3)])
def test_the_smallest_images_are_their_page(size: tuple[int, int]) -> None:
    """An even image of a few pixels is the page alone."""
    rgb = np.full((*size, 3), RED, np.uint8)
    (page,) = _shapes(rgb)
    assert page.fill == "#c81e28"
    assert (_drawn([page], rgb) == (*RED, 255)).all()


@given(seed=st.integers(0, 99))
@settings(max_examples=5, deadline=None)
@pytest.mark.slow
def test_the_same_image_has_the_same_shapes(seed: int) -> None:
    """Nothing about a tracing is left to chance."""
    rgb = np.random.default_rng(seed).integers(0, 256, (10, 10, 3), np.uint8).repeat(4, 0).repeat(4, 1)
    assert _shapes(rgb) == _shapes(rgb)


def _two_blots() -> Pixels:
    """A red and a black blot of many waves side by side on white."""
    rgb = np.full((60, 120, 3), 255, np.uint8)
    angle = np.linspace(0, 2 * np.pi, 400)
    reach = 20 + 2 * np.cos(7 * angle) + 1.5 * np.sin(11 * angle)
    for x, colour in ((30, RED), (90, BLACK)):
        outline = np.column_stack([x + reach * np.cos(angle), 30 + reach * np.sin(angle)])
        cv2.fillPoly(rgb, [np.rint(outline * 16).astype(np.int32)], colour, cv2.LINE_AA, 4)
    return rgb


LEFT_HALF = np.where(np.arange(120) < 60, 50, 1)[None].repeat(60, 0).astype(np.float32)


def test_outlines_under_care_are_drawn_again_and_no_others() -> None:
    """More care in one half changes what lies there, the same as a finer tolerance would, and leaves the other half."""
    parameters = TracingParameters(simplify=16)
    drawing = drawing_of(opaque(_two_blots()), parameters)
    plain, careful = drawing.shapes(), drawing.shapes(LEFT_HALF)
    before, after = ({shape.fill: shape.outlines for shape in shapes} for shapes in (plain, careful))
    assert before["#000000"] == after["#000000"]
    assert before["#c81e28"] != after["#c81e28"]
    errors = [
        np.abs(_drawn(shapes, _two_blots())[:, :60, :3].astype(int) - _two_blots()[:, :60]).mean()
        for shapes in (plain, careful)
    ]
    assert errors[1] < 0.6 * errors[0]


def test_a_drawing_remembers_nothing_but_what_it_followed() -> None:
    """Care that is over is forgotten."""
    drawing = drawing_of(opaque(_two_blots()), TracingParameters(simplify=16))
    plain = drawing.shapes()
    assert drawing.shapes(LEFT_HALF) != plain
    assert drawing.shapes() == plain
    drawing.follow(np.zeros((60, 120, 4), np.float32))
    assert drawing.shapes() == plain


def test_outlines_follow_what_is_missing() -> None:
    """Where a drawing has too little red its outline moves out, by less than a pixel."""
    rgb = disc(64, 20, RED, WHITE)
    drawing = drawing_of(opaque(rgb), TracingParameters(grid=8))
    missing = np.zeros((64, 64, 4), np.float32)
    missing[..., :3] = disc(64, 20.4, RED, WHITE).astype(np.float32) - rgb
    before = drawing.shapes()
    drawing.follow(missing)
    after = drawing.shapes()
    areas = [int((_drawn(shapes, rgb, zoom=8, grid=8)[..., 1] < 128).sum()) / 64 for shapes in (before, after)]
    radii = np.sqrt(np.array(areas) / np.pi)
    assert radii[0] == pytest.approx(20, abs=0.15)
    assert 0.15 < radii[1] - radii[0] < 0.6


def test_layers_are_stacked_anew_only_where_that_changes_them() -> None:
    """A speck that care spares is drawn; where there is none all stays as it is."""
    rgb = disc(64, 20, RED, WHITE)
    rgb[3:5, 3:5] = BLACK
    drawing = drawing_of(opaque(rgb), TracingParameters(filter_speckle=8))
    nowhere, corner = np.zeros((64, 64), bool), np.zeros((64, 64), bool)
    corner[:8, :8] = True
    plain = drawing.shapes()
    assert not drawing.restack(nowhere)
    assert drawing.shapes() == plain
    assert drawing.restack(corner)
    assert {shape.fill for shape in drawing.shapes()} - {shape.fill for shape in plain} == {"#000000"}
    assert not drawing.restack(corner)


@pytest.mark.slow
def test_noise_is_bounded() -> None:
    """Noise gives no more shapes than layers are allowed, and steps bounded by its pixels."""
    rgb = np.random.default_rng(0).integers(0, 256, (120, 120, 3), np.uint8)
    shapes = _shapes(rgb)
    assert len(shapes) <= 3001
    steps = sum(len(outline.steps) for outline in _outlines(shapes) if isinstance(outline, Outline))
    assert steps < 120 * 120
