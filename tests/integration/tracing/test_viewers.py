"""
Tracings are XML, and Chromium, Inkscape and CairoSVG show the picture that resvg shows, by which quality is measured.

picosvg reads them, too. It refuses masks, and CairoSVG takes a mask's alpha for what is its brightness.
"""

import xml.etree.ElementTree as ET
from itertools import product

import pytest

from svgai.array_types import Pixels
from svgai.decode.pixels import fit_within
from svgai.logo_types import LOGO_TYPES
from svgai.measure.rendering import render
from svgai.trace.parameters import TracingParameters
from svgai.trace.tracer import Tracer, trace
from tests.inputs.pixel_pictures import code, sprite
from tests.integration.servers.viewers import (
    MOST_DIFFERING,
    VIEWERS,
    Drawing,
    Drawings,
    Pictures,
    differing_share,
    package,
    program,
    rewritten,
)
from training.data.synthetic.logos import generate_image

pytestmark = [pytest.mark.integration, pytest.mark.long]

TRACINGS = {
    "gradients": TracingParameters(),
    "flat": TracingParameters(colour_models="flat"),
    "no models": TracingParameters(colour_models="none"),
    "coarse": TracingParameters(simplify=4),
}

SEEDS, MORE_SEEDS, SMALL_SIDE = range(3), range(3, 30), 128
"""Of images that are traced in each of these ways, and of more that are traced in one, at most so many pixels large."""

MASKLESS_VIEWERS = ("cairosvg",)
MOST_MASKED = 0.03  # of answers, as far as their tracing has colour models

STOPS = '<stop stop-color="#fc3"/><stop offset=".5" stop-color="#e33"/><stop offset="1" stop-color="#316"/>'
VEIL = '<stop stop-color="#06c" stop-opacity=".9"/><stop offset="1" stop-color="#06c" stop-opacity=".1"/>'

BLUR = '<filter id="a"><feGaussianBlur stdDeviation="5"/></filter>'

SOURCES = {
    "linear": (120, 100, f'<linearGradient id="a">{STOPS}</linearGradient><path fill="url(#a)" d="M0 0h120v100H0z"/>'),
    "radial": (
        128,
        128,
        f'<radialGradient id="a">{STOPS}</radialGradient><path fill="url(#a)" d="M0 0h128v128H0z"/>',
    ),
    "elliptic": (
        160,
        120,
        f'<radialGradient id="a">{STOPS}</radialGradient><path fill="url(#a)" d="M0 0h160v120H0z"/>',
    ),
    "translucent": (
        128,
        128,
        f'<linearGradient id="a">{VEIL}</linearGradient><circle cx="64" cy="64" r="56" fill="url(#a)"/>',
    ),
    "one-colour silhouette": (100, 100, '<path fill="#063" d="M50 5 95 95H5z"/>'),
    "soft shadow": (
        128,
        128,
        f'{BLUR}<circle cx="68" cy="72" r="44" opacity=".5" filter="url(#a)"/><path fill="#e74" d="M16 20h90v80H16z"/>',
    ),
    "lines": (128, 128, '<path fill="none" stroke="#247" stroke-width="5" d="M12 20h100M20 40c80 0 0 60 90 70"/>'),
    "empty": (64, 48, ""),
    "one pixel": (1, 1, '<path fill="#c40" d="M0 0h1v1H0z"/>'),
    "wide": (
        300,
        100,
        '<path fill="#fff" d="M0 0h300v100H0z"/><ellipse cx="150" cy="50" rx="120" ry="30" fill="#083"/>',
    ),
    "large": (800, 600, '<path fill="#246" d="M0 0h800v600H0z"/><circle cx="300" cy="300" r="200" fill="#fd5"/>'),
}
"""Width, height and body of drawings whose images the generator does not make."""

PETALS = "".join(
    f'<ellipse cx="64" cy="28" rx="10" ry="26" fill="{colour}" transform="rotate({turn * 45} 64 64)"/>'
    for turn, colour in enumerate(["#36f", "#fc3", "#c36", "#083"] * 2)
)
SILHOUETTE = (128, 128, PETALS)
"""Several colours up to one transparent edge."""

FAITHFUL = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="64" height="64" viewBox="0 0 256 256">'
    '<linearGradient id="g" x1="16" x2="112" gradientUnits="userSpaceOnUse"><stop stop-color="#fc3"/>'
    '<stop offset=".6" stop-color="#e33"/><stop offset="1" stop-color="#316"/></linearGradient>'
    '<mask id="m"><path fill="#999" d="M0 0h256v256H0z"/></mask>'
    '<clipPath id="c"><circle cx="64" cy="192" r="48"/></clipPath>'
    '<path fill="url(#g)" d="M16 16h96v96H16z"/><circle cx="192" cy="64" r="48" fill="#083"/>'
    '<g clip-path="url(#c)"><path fill="#06c" d="M16 144h96v96H16z"/></g>'
    '<g mask="url(#m)"><path fill="#c36" d="M144 144h96v96H144z"/></g><path fill="#fff" d="M112 112h32v32h-32z"/></svg>'
)

MISTAKES = {
    "a small shape is missing": ('<path fill="#fff" d="M112 112h32v32h-32z"/>', ""),
    "a fill is a little darker": ('r="48" fill="#083"', 'r="48" fill="#007a33"'),
    "a shape is moved by a pixel": ('cx="192"', 'cx="196"'),
    "a shape is half a pixel larger": ('r="48" fill', 'r="50" fill'),
    "a gradient is turned round": ('x1="16" x2="112"', 'x1="112" x2="16"'),
    "a gradient is flat": ('"url(#g)"', '"#e33"'),
    "a stop is elsewhere": ('offset=".6"', 'offset=".5"'),
    "a mask is left out": (' mask="url(#m)"', ""),
    "a mask is a little thinner": ("#999", "#888"),
    "a clip is left out": (' clip-path="url(#c)"', ""),
    "nothing is transparent": ("<mask", '<path fill="#fff" d="M0 0h256v256H0z"/><mask'),
}
"""What to replace in FAITHFUL, and by what."""


def _traced(kind: str, rgba: Pixels) -> dict[str, Drawing]:
    height, width = rgba.shape[:2]
    return {f"{kind}, {name}": Drawing(trace(rgba, tracing), width, height) for name, tracing in TRACINGS.items()}


def _as_squares(rgba: Pixels) -> Drawing:
    """Pixels drawn at three times their size: at odd sizes Inkscape smooths edges, whatever it is asked."""
    height, width = (side * 3 for side in rgba.shape[:2])
    own = f'width="{rgba.shape[1]}" height="{rgba.shape[0]}"'
    svg = trace(rgba, TracingParameters(mode="pixels"))
    return Drawing(svg.replace(own, f'width="{width}" height="{height}"', 1), width, height)


def _drawn(width: int, height: int, body: str) -> Pixels:
    size = f'width="{width}" height="{height}"'
    return render(f'<svg xmlns="http://www.w3.org/2000/svg" {size}>{body}</svg>', width, height)


@pytest.fixture(scope="module")
def traced() -> Drawings:
    """Tracings of generated logos of all types and of images made by hand."""
    generated = {f"{kind} {seed}": generate_image(kind, seed).rgba for kind in LOGO_TYPES for seed in SEEDS}
    images = generated | {name: _drawn(*source) for name, source in SOURCES.items()}
    traced = {name: drawing for kind, rgba in images.items() for name, drawing in _traced(kind, rgba).items()}
    for kind, seed in product(LOGO_TYPES, MORE_SEEDS):
        small = fit_within(generate_image(kind, seed).rgba, SMALL_SIDE)
        traced |= {f"small {kind} {seed}": Drawing(trace(small, TracingParameters()), small.shape[1], small.shape[0])}
    for strokes in ("never", "only"):
        width, height, _ = SOURCES["lines"]
        svg = Tracer(images["lines"], strokes).tracing(TracingParameters()).svg()
        traced |= {f"lines, {strokes}": Drawing(svg, width, height)}
    return traced | {name: _as_squares(rgba) for name, rgba in {"sprite": sprite(), "code": code()}.items()}


@pytest.fixture(scope="module")
def silhouettes() -> Drawings:
    """Tracings of an image of several colours up to one transparent edge."""
    return _traced("silhouette", _drawn(*SILHOUETTE))


@pytest.fixture(scope="module")
def mistaken() -> Drawings:
    """FAITHFUL and, under the name of each mistake, itself with that mistake."""
    drawings = {"faithful": FAITHFUL} | {name: FAITHFUL.replace(*change) for name, change in MISTAKES.items()}
    assert len(set(drawings.values())) == len(drawings)
    return {name: Drawing(svg, 64, 64) for name, svg in drawings.items()}


@pytest.fixture(scope="module", params=VIEWERS)
def viewer(request: pytest.FixtureRequest) -> str:
    """Each viewer in turn."""
    return str(request.param)


@pytest.fixture(scope="module")
def shown(
    viewer: str, traced: Drawings, silhouettes: Drawings, mistaken: Drawings, tmp_path_factory: pytest.TempPathFactory
) -> Pictures:
    """What the viewer shows of all drawings: it is started once."""
    return VIEWERS[viewer]({**traced, **silhouettes, **mistaken}, tmp_path_factory.mktemp(viewer))


def _maskless(drawings: Drawings) -> Drawings:
    return {name: drawing for name, drawing in drawings.items() if "<mask" not in drawing.svg}


def _read_by(viewer: str, drawings: Drawings) -> Drawings:
    return _maskless(drawings) if viewer in MASKLESS_VIEWERS else drawings


def _differing(drawings: Drawings, shown: Pictures) -> dict[str, float]:
    """The drawings that a viewer shows otherwise than resvg does, with the share of pixels."""
    shares = {
        name: differing_share(render(drawing.svg, drawing.width, drawing.height), shown[name])
        for name, drawing in drawings.items()
    }
    return {name: share for name, share in shares.items() if share > MOST_DIFFERING}


def test_what_is_traced_is_xml(traced: Drawings, silhouettes: Drawings) -> None:
    """A parser of XML reads every tracing, and finds an SVG of the image's size."""
    for drawing in [*traced.values(), *silhouettes.values()]:
        root = ET.fromstring(drawing.svg)
        assert root.tag == "{http://www.w3.org/2000/svg}svg"
        assert (root.get("width"), root.get("height")) == (str(drawing.width), str(drawing.height))


def test_viewers_show_what_resvg_shows(viewer: str, traced: Drawings, shown: Pictures) -> None:
    """Of every tracing at most one pixel in a hundred looks different, but for anti-aliasing."""
    assert not _differing(_read_by(viewer, traced), shown)


def test_viewers_show_the_silhouette_that_resvg_shows(viewer: str, silhouettes: Drawings, shown: Pictures) -> None:
    """So it is where shapes of several colours end at one transparent edge, which clip paths make differ."""
    assert not _differing(_read_by(viewer, silhouettes), shown)


def test_picosvg_reads_what_resvg_shows(traced: Drawings) -> None:
    """What picosvg makes of every tracing without a mask, filled paths alone, looks as the tracing does."""
    package("picosvg.svg")
    read = _maskless(traced)
    shown = {name: render(svg, read[name].width, read[name].height) for name, svg in rewritten(read).items()}
    assert not _differing(read, shown)


def test_masks_are_few(traced: Drawings) -> None:
    """Hardly any tracing with colour models has a mask, which some programs cannot read."""
    modelled = {name: drawing for name, drawing in traced.items() if "no models" not in name}
    assert len(traced) >= 200
    assert len(modelled) - len(_maskless(modelled)) <= MOST_MASKED * len(modelled)


def test_mistakes_are_told_apart(viewer: str, mistaken: Drawings, shown: Pictures) -> None:
    """A correct drawing passes, and each drawing with one mistake is found to differ from it."""
    if viewer in MASKLESS_VIEWERS:
        pytest.skip(f"{viewer} does not show the mask")
    right = mistaken["faithful"]
    differing = _differing(dict.fromkeys(mistaken, right), shown)
    assert differing.keys() == MISTAKES.keys()


def test_a_missing_viewer_is_skipped_but_for_ci(monkeypatch: pytest.MonkeyPatch) -> None:
    """A program that is not installed skips its tests on a person's machine, and fails them where CI is set."""
    monkeypatch.delenv("CI", raising=False)
    with pytest.raises(pytest.skip.Exception, match="no-such-viewer"):
        program("no-such-viewer")
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception, match="no-such-viewer"):
        program("no-such-viewer")
