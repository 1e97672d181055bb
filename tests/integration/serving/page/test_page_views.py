"""The page's picture in a browser: comparing, zooming, the map of differences, the slider, keys, screen readers."""

import re
from typing import Any

import cv2
import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, Route, expect

from svgai.array_types import Pixels
from svgai.decode.image_files import decode_image
from svgai.decode.pixels import encode_png
from svgai.measure.quality import Reference
from svgai.measure.rendering import render
from svgai.trace.vtracer.shapes import trace_with_defaults
from tests.fakes.tiny_models import drawn_logo
from tests.integration.servers.served import Served, encoded
from tests.integration.servers.web_page import WebPage, browser, web_page

__all__ = ["browser", "web_page"]

pytestmark = pytest.mark.integration

SIDE, DOT = 128, (100, 30)
LOGO, OTHER = encode_png(drawn_logo(1)), encode_png(drawn_logo(2))
MODES = ("light", "dark")

_HELD_JOBS = """
() => {
  window.jobs = [];
  const post = Worker.prototype.postMessage;
  Worker.prototype.postMessage = function (...sent) {
    const answered = new Promise((resolve) => this.addEventListener("message", resolve, { once: true }));
    document.body.dataset.jobs = jobs.push(() => (post.apply(this, sent), answered));
  };
}
"""


def disc_and_dot(*, alpha: int = 255) -> Pixels:
    """A disc, and a dot that a poor tracing forgets, on white of some alpha."""
    rgb = np.full((SIDE, SIDE, 3), 255, np.uint8)
    cv2.circle(rgb, (50, 70), 36, (20, 60, 160), -1, cv2.LINE_AA)
    cv2.circle(rgb, DOT, 6, (160, 30, 20), -1, cv2.LINE_AA)
    opacity = np.where((rgb < 255).any(axis=2), 255, alpha).astype(np.uint8)
    return np.dstack([rgb, opacity])


DISC_ALONE = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="128" height="128" viewBox="0 0 128 128">'
    '<rect width="128" height="128" fill="#fff"/><circle cx="50.5" cy="70.5" r="36.5" fill="#143ca0"/></svg>'
)


def transforms(page: Page) -> set[str]:
    return set(page.evaluate("[...document.querySelectorAll('.sheet')].map((sheet) => sheet.style.transform)"))


def scale(page: Page) -> float:
    """Of all sheets; one number, since they go together."""
    (transform,) = transforms(page)
    return float(re.search(r"scale\(([\d.]+)\)", transform)[1])  # type: ignore[index]


def cut(page: Page) -> float:
    """The share of the width from which on the SVG is shown."""
    clip = page.evaluate("document.querySelector('.layer.traced').style.clipPath")
    return float(re.search(r"([\d.]+)%\)$", clip)[1]) / 100  # type: ignore[index]


def converted(web_page: WebPage, image: bytes = LOGO) -> Page:
    web_page.give(logo_png=image)
    web_page.wait_for_converted()
    expect(web_page.page.locator("#svg-image")).to_be_visible()
    return web_page.page


def test_the_divider_is_dragged(web_page: WebPage) -> None:
    """It follows the pointer; left of it the original shows, right of it the SVG."""
    page = converted(web_page)
    canvas = page.locator("#canvas").bounding_box()
    assert canvas
    assert cut(page) == 0.5
    page.locator("#divider span").hover()
    page.mouse.down()
    page.mouse.move(canvas["x"] + canvas["width"] * 0.2, canvas["y"] + 200, steps=4)
    page.mouse.up()
    assert cut(page) == pytest.approx(0.2, abs=0.01)


def test_the_divider_takes_keys(web_page: WebPage) -> None:
    """Arrows move it by little, Home and End to the ends, and its place is told."""
    page = converted(web_page)
    divider = page.get_by_role("slider", name="Divider between original and SVG")
    divider.focus()
    page.keyboard.press("ArrowRight")
    expect(divider).to_have_attribute("aria-valuetext", "52 % original, 48 % SVG")
    assert cut(page) == 0.52
    page.keyboard.press("Home")
    assert cut(page) == 0


def test_both_are_zoomed_and_moved_together(web_page: WebPage) -> None:
    """By wheel around the pointer, by keys, by buttons; 32 times at most, and back to where all fits in."""
    page = converted(web_page)
    fitted = scale(page)
    page.locator("#canvas").hover()
    page.mouse.wheel(0, -300)
    expect(page.locator("#zoom-value")).not_to_have_text(f"{fitted:.0%}".replace("%", "\N{NO-BREAK SPACE}%"))
    assert scale(page) > fitted
    for _ in range(8):
        page.mouse.wheel(0, -2000)
    expect(page.locator("#zoom-value")).to_have_text("3200\N{NO-BREAK SPACE}%")
    before = transforms(page)
    page.locator("#canvas").focus()
    page.keyboard.press("ArrowLeft")
    assert transforms(page) != before
    page.keyboard.press("0")
    assert scale(page) == fitted
    page.get_by_role("button", name="Zoom in").click()
    assert scale(page) == pytest.approx(1.25 * fitted, rel=1e-3)


def test_two_fingers_zoom(web_page: WebPage) -> None:
    """A pinch enlarges by as much as the fingers part."""
    page = converted(web_page)
    before = scale(page)
    pinch = """
(distances) => {
  const canvas = document.getElementById("canvas");
  canvas.setPointerCapture = () => {};
  const box = canvas.getBoundingClientRect();
  const touch = (name, pointerId, distance) => canvas.dispatchEvent(new PointerEvent(name, {
    pointerId, pointerType: "touch", bubbles: true,
    clientX: box.x + box.width / 2 + distance, clientY: box.y + box.height / 2,
  }));
  touch("pointerdown", 1, -distances[0]);
  touch("pointerdown", 2, distances[0]);
  touch("pointermove", 1, -distances[1]);
  touch("pointermove", 2, distances[1]);
  touch("pointerup", 1, -distances[1]);
  touch("pointerup", 2, distances[1]);
}
"""
    page.evaluate(pinch, [40, 80])
    assert scale(page) == pytest.approx(2 * before, rel=0.01)


def test_the_poorest_place_is_marked(web_page: WebPage) -> None:
    """Where a dot was lost the map is hot; the mark lies where the service measures least; a button leads there."""
    local = Reference(disc_and_dot()).inspect(DISC_ALONE).local
    row, column = np.unravel_index(local.argmin(), local.shape)
    lowest = (float(column) + 0.5, float(row) + 0.5)
    assert lowest == pytest.approx(DOT, abs=7)
    web_page.allowed.append("Canvas2D: Multiple readback")  # of this test's own looks at the map
    web_page.draw_instead(DISC_ALONE)
    page = converted(web_page, encode_png(disc_and_dot()))
    page.get_by_role("radio", name="Difference").check()
    expect(page.locator("#lowest")).to_be_visible()
    place = """
() => {
  const [mark, sheet] = ["#lowest", ".sheet"].map((name) => document.querySelector(name).getBoundingClientRect());
  return [mark.x + mark.width / 2 - sheet.x, mark.y + mark.height / 2 - sheet.y].map((at) => at / sheet.width * 128);
}
"""
    assert page.evaluate(place) == pytest.approx(lowest, abs=1)
    hot = "([x, y]) => document.getElementById('heat-map').getContext('2d').getImageData(x, y, 1, 1).data[3]"
    assert page.evaluate(hot, list(DOT)) > 200
    assert page.evaluate(hot, [5, 120]) < 10
    expect(page.locator("#difference-words")).to_contain_text("Poorest place: ")
    page.get_by_role("button", name="Look at it").click()
    assert scale(page) == 8
    assert page.evaluate(place) == pytest.approx(lowest, abs=1)


@pytest.mark.parametrize("alpha", [255, 0])
def test_the_map_is_that_of_the_service(web_page: WebPage, alpha: int) -> None:
    """The same pixels give the same map as `worst` is the least of, with and without transparency."""
    source = disc_and_dot(alpha=alpha)
    inspection = Reference(source).inspect(DISC_ALONE)
    compare = """
async ([first, second, side]) => {
  const script = document.querySelector("script[type=module]").src;
  const { localSsim, lowestOf } = await import(new URL("view/local_ssim.js", script));
  const map = localSsim(Uint8ClampedArray.from(first), Uint8ClampedArray.from(second), side, side);
  return [[...map], lowestOf(map, side).value];
}
"""
    drawn = render(DISC_ALONE, SIDE, SIDE)
    values, lowest = web_page.page.evaluate(compare, [source.ravel().tolist(), drawn.ravel().tolist(), SIDE])
    assert np.allclose(np.reshape(values, (SIDE, SIDE)), inspection.local, atol=2e-3)
    assert lowest == pytest.approx(inspection.quality.worst, abs=2e-3)


def test_a_map_that_comes_too_late_is_not_shown_for_another_image(web_page: WebPage) -> None:
    """Whoever left the view and chose another image sees that one's map when coming back."""
    page = web_page.page
    page.evaluate(_HELD_JOBS)
    web_page.give(logo_png=LOGO, other_png=OTHER)
    web_page.wait_for_converted(2)
    rows, views = page.locator("#image-list .open"), page.locator("#views label")
    rows.nth(0).click()
    views.nth(3).click()
    expect(page.locator("body")).to_have_attribute("data-jobs", "1")
    views.nth(0).click()
    rows.nth(1).click()
    expect(page.locator("#svg-image")).to_have_attribute("alt", "SVG of other.png")
    page.evaluate("jobs[0]()")
    views.nth(3).click()
    expect(page.locator("body")).to_have_attribute("data-jobs", "2")
    expect(page.locator("#difference-words")).to_have_text("Comparing…")
    page.evaluate("jobs[1]()")
    expect(page.locator("#difference-words")).to_contain_text("Poorest place: ")


def test_the_slider_tells_at_once_and_converts_when_let_go(web_page: WebPage, service: Served) -> None:
    """The prediction follows the slider; its tracing is converted, and a place that was seen before asks nobody."""
    page = converted(web_page)
    slider = page.get_by_role("slider", name="Predicted tracing")
    expect(slider).to_be_visible()
    prediction = page.locator("#front .prediction")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "convert" in request.url else None)
    least = int(slider.get_attribute("max") or 0)
    assert least > 0
    slider.focus()
    with page.expect_response("**/api/convert") as response:
        page.keyboard.press("End")
    last = prediction.inner_text()
    assert slider.get_attribute("aria-valuetext") == last
    web_page.wait_for_converted()
    expect(page.locator("#front-automatic")).to_have_attribute("aria-pressed", "false")
    expect(page.locator("#canvas")).to_have_attribute("data-state", "done")
    assert len(asked) == 1
    ask = {"image": encoded(LOGO)}
    front = service.client.post("/api/optimize", json=ask).json()["candidates"]
    assert response.value.json()["parameters"] == front[-1]["parameters"]
    page.keyboard.press("ArrowLeft")
    expect(prediction).not_to_have_text(last)
    expect(page.locator("#canvas")).to_have_attribute("data-state", "done")
    page.keyboard.press("End")
    expect(prediction).to_have_text(last)
    page.get_by_role("button", name="Automatic").click()
    web_page.wait_for_converted()
    assert len(asked) == 2


def test_a_newer_wish_aborts_the_older(web_page: WebPage) -> None:
    """The conversion that nobody waits for any more is broken off, and the newest is shown."""
    page = converted(web_page)
    held: list[Route] = []
    aborted: list[str] = []
    page.on("requestfailed", lambda request: aborted.append(request.failure or ""))
    page.route("**/api/convert", lambda route: held.append(route) if not held else route.fallback())
    page.get_by_label("Background").select_option("remove")
    expect(web_page.rows("working")).to_have_count(1)
    page.wait_for_timeout(50)
    page.get_by_label("Lines").select_option("never")
    web_page.wait_for_converted()
    assert len(held) == 1
    assert aborted == ["net::ERR_ABORTED"]


@pytest.mark.parametrize("colours", MODES)
def test_axe_finds_nothing(browser: Browser, service: Served, colours: Any) -> None:
    """Neither before nor after a conversion, with everything unfolded, with an error, nor while a key is asked for."""
    visit = WebPage(browser, str(service.client.base_url), color_scheme=colours, reduced_motion="reduce")
    visit.open()
    found = [axe_of(visit.page)]
    converted(visit)
    visit.page.get_by_text("Advanced").click()
    visit.page.get_by_label("Background").select_option("colour")
    visit.wait_for_converted()
    found.append(axe_of(visit.page))
    visit.page.get_by_role("radio", name="Difference").check()
    expect(visit.page.locator("#lowest")).to_be_visible()
    found.append(axe_of(visit.page))
    visit.give(broken_png=b"nothing")
    expect(visit.rows("failed")).to_have_count(1)
    found.append(axe_of(visit.page))
    visit.page.evaluate("document.getElementById('key-dialog').showModal()")
    found.append(axe_of(visit.page))
    visit.open("/docs")
    visit.page.get_by_role("heading", name="/api/convert").wait_for()
    found.append(axe_of(visit.page))
    visit.close()
    assert found == [[]] * 6


def axe_of(page: Page) -> list[str]:
    """What axe finds, one line each."""
    violations = Axe().run(page).response["violations"]
    return [
        f"{one['id']}: {node['html'][:120]} {node['failureSummary']}" for one in violations for node in one["nodes"]
    ]


def test_everything_is_done_by_keys(web_page: WebPage) -> None:
    """From the first Tab to the downloaded file without a pointer."""
    page = web_page.page
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the pictures")).to_be_focused()
    page.keyboard.press("Enter")
    press_until(page, "Try an example")
    page.keyboard.press("Enter")
    web_page.wait_for_converted()
    press_until(page, "Zoom in")
    before = scale(page)
    page.keyboard.press("Enter")
    assert scale(page) > before
    page.locator("#canvas").focus()
    page.keyboard.press("2")
    expect(page.get_by_role("radio", name="SVG")).to_be_checked()
    press_until(page, "Download SVG")
    with page.expect_download() as download:
        page.keyboard.press("Enter")
    assert download.value.suggested_filename == "example.svg"


def press_until(page: Page, name: str) -> None:
    """Press Tab until the button of this name has the focus, which is seen."""
    for _ in range(30):
        page.keyboard.press("Tab")
        focused = "(document.activeElement.getAttribute('aria-label') ?? document.activeElement.textContent).trim()"
        if page.evaluate(focused) == name:
            assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none"
            return
    raise AssertionError(f"Tab does not lead to {name}")


def test_vtracers_defaults_beside_the_answer(web_page: WebPage) -> None:
    """On request: VTracer's own SVG with its figures, and a view that lays both pictures on one another."""
    page = web_page.page
    web_page.give(logo_png=LOGO)
    web_page.wait_for_converted()
    expect(page.locator("#default-view")).to_be_hidden()
    with page.expect_response("**/api/vtracer") as response:
        page.get_by_role("button", name="Compare with VTracer's defaults").click()
    default = response.value.json()
    own = trace_with_defaults(decode_image(LOGO).rgba)
    assert default["svg"] == own
    rows = page.locator("#default-tracing tbody tr")
    expect(rows).to_have_count(5)
    shown = rows.filter(has_text="worst").locator("td").nth(1).inner_text()
    assert float(shown) == pytest.approx(default["quality"]["worst"], abs=1e-3)
    expect(page.locator("#announcer")).to_contain_text("VTracer's defaults:")
    page.get_by_role("button", name="Show both pictures").click()
    expect(page.locator("#view-default")).to_be_checked()
    expect(page.locator("#default-image")).to_be_visible()
    expect(page.locator("#left-corner")).to_have_text("VTracer's defaults")
    assert page.locator(".layer.original").evaluate("layer => getComputedStyle(layer).visibility") == "hidden"
    assert page.locator("#default-image").evaluate("picture => picture.naturalWidth") == drawn_logo(1).shape[1]
    assert axe_of(page) == []
    page.get_by_label("Background").select_option("remove")
    expect(page.get_by_role("button", name="Compare with VTracer's defaults")).to_be_visible()
    expect(page.locator("#default-view")).to_be_hidden()
    expect(page.locator("#left-corner")).to_have_text("Original")


def test_a_default_that_is_refused_is_told(web_page: WebPage) -> None:
    """What VTracer writes of a photograph may be too large; the answer stays, and one may ask again."""
    page = web_page.page
    fault = {"code": "too_large", "message": "VTracer's SVG has 3,000,000 bytes", "request_id": "r"}
    web_page.answer("/api/vtracer", status=413, json={"error": fault})
    web_page.give(logo_png=LOGO)
    web_page.wait_for_converted()
    page.get_by_role("button", name="Compare with VTracer's defaults").click()
    expect(page.locator("#default-tracing")).to_contain_text("VTracer's SVG has 3,000,000 bytes")
    page.unroute_all()
    page.get_by_role("button", name="Compare with VTracer's defaults").click()
    expect(page.locator("#default-tracing tbody tr")).to_have_count(5)
