"""The web page, in a browser: images come in by every way, are converted, measured, kept, and taken along."""

import io
import re
import zipfile
from typing import Any

import pytest
from playwright.sync_api import Browser, Response, expect

from svgai.decode.pixels import encode_png
from svgai.measure.rendering import render
from tests.fakes.tiny_models import drawn_logo
from tests.integration.servers.served import Served, encoded
from tests.integration.servers.web_page import WebPage, browser, web_page

__all__ = ["browser", "web_page"]

pytestmark = pytest.mark.integration

LOGO, OTHER = encode_png(drawn_logo(1)), encode_png(drawn_logo(2))

_TRANSFER = """
([data, kind]) => {
  const bytes = Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0));
  const transfer = new DataTransfer();
  transfer.items.add(new File([bytes], "given.png", { type: "image/png" }));
  const name = kind === "paste" ? "clipboardData" : "dataTransfer";
  const make = kind === "paste" ? ClipboardEvent : DragEvent;
  for (const step of kind === "paste" ? ["paste"] : ["dragenter", "dragover", "drop"]) {
    document.body.dispatchEvent(new make(step, { [name]: transfer, bubbles: true, cancelable: true }));
  }
}
"""

_CHANGED_OPTION = """
(value) => {
  const field = document.querySelector("#options select");
  field.value = value;
  field.dispatchEvent(new Event("input", { bubbles: true }));
}
"""


def test_a_chosen_image_is_converted_and_its_figures_are_the_services(web_page: WebPage, service: Served) -> None:
    """The SVG and each figure are those that the API answers for the same image."""
    web_page.give(logo_png=LOGO)
    web_page.wait_for_converted()
    answer = service.client.post("/api/convert", json={"image": encoded(LOGO)}).json()
    kind = service.client.post("/api/classify", json={"image": encoded(LOGO)}).json()
    quality = answer["quality"]
    assert web_page.downloaded().decode() == answer["svg"]
    assert float(web_page.figure("ssim")) == pytest.approx(quality["ssim"], abs=5e-4)
    assert float(web_page.figure("worst")) == pytest.approx(quality["worst"], abs=5e-4)
    assert float(web_page.figure("delta_e")) == pytest.approx(quality["delta_e"], abs=5e-3)
    assert web_page.figure("paths") == str(quality["paths"])
    assert web_page.figure("trials") == str(answer["trials"])
    expect(web_page.page.locator("#figures .size")).to_contain_text(f"{quality['bytes']:,}\N{NO-BREAK SPACE}B")
    expect(web_page.page.locator("#figures .size")).to_contain_text("gzipped")
    expect(web_page.page.locator("#figures .kind")).to_contain_text(kind["type"])
    expect(web_page.page.locator("#announcer")).to_contain_text("logo.png")


@pytest.mark.parametrize("kind", ["drop", "paste"])
def test_an_image_comes_in_by_drop_and_paste(web_page: WebPage, kind: str) -> None:
    """What is dropped anywhere, or pasted, is converted."""
    web_page.page.evaluate(_TRANSFER, [encoded(LOGO), kind])
    web_page.wait_for_converted()
    expect(web_page.page.locator("#drop-veil")).to_be_hidden()


def test_the_example_is_converted(web_page: WebPage) -> None:
    """A visitor without a file sees what the service does."""
    web_page.page.get_by_role("button", name="Try an example").click()
    web_page.wait_for_converted()
    assert web_page.downloaded().startswith(b"<svg")


def test_many_images_are_a_queue_and_one_archive(web_page: WebPage) -> None:
    """Each is converted; the archive holds all, those of one name under numbers."""
    web_page.give(first_png=LOGO, second_png=OTHER)
    web_page.give(first_png=OTHER)
    web_page.wait_for_converted(3)
    expect(web_page.page.locator("#queue-words")).to_have_text("3 images")
    with zipfile.ZipFile(io.BytesIO(web_page.downloaded("Download all as ZIP"))) as archive:
        assert archive.testzip() is None
        assert archive.namelist() == ["first.svg", "second.svg", "first-2.svg"]
        assert archive.read("second.svg") == archive.read("first-2.svg") != archive.read("first.svg")


def test_names_that_windows_refuses_are_others_in_the_zip(web_page: WebPage) -> None:
    """Signs and names that it keeps for itself, ends that it cuts off, and names that differ in capitals alone."""
    names = ["a:b?.png", "con.png", "Lpt1.x.png", "end. .png", "Twice.png", "twice.png", ".png"]
    files = [{"name": name, "mimeType": "image/png", "buffer": LOGO} for name in names]
    web_page.page.set_input_files("#files", files)  # type: ignore[arg-type]
    web_page.wait_for_converted(len(names))
    with zipfile.ZipFile(io.BytesIO(web_page.downloaded("Download all as ZIP"))) as archive:
        assert archive.namelist() == [
            "a_b_.svg", "_con.svg", "_Lpt1.x.svg", "end.svg", "Twice.svg", "twice-2.svg", "image.svg"
        ]  # fmt: skip


def test_the_svg_is_copied_as_text_in_three_forms(web_page: WebPage) -> None:
    """As it is, as a data URI that shows the same, and as an element of React."""
    web_page.give(logo_png=LOGO)
    web_page.wait_for_converted()
    svg = web_page.downloaded().decode()

    def copied(button: str) -> str:
        web_page.page.get_by_role("button", name=button, exact=True).click()
        expect(web_page.page.locator("#announcer")).to_have_text(f"{button}: copied to the clipboard.")
        return str(web_page.page.evaluate("navigator.clipboard.readText()"))

    assert copied("Copy SVG") == svg
    width = (
        "async (src) => { const image = Object.assign(new Image(), { src }); await image.decode(); return image.width }"
    )
    size = web_page.page.evaluate(width, copied("Data URI"))
    assert size == drawn_logo(1).shape[1]
    element = copied("JSX")
    assert element.startswith("<svg xmlns=")
    assert "-opacity=" not in element
    assert element.count("<path") == svg.count("<path")


def test_jsx_has_the_names_that_react_knows(web_page: WebPage) -> None:
    """Attributes in camel case, elements closed, one on a line."""
    svg = '<svg xmlns="http://www.w3.org/2000/svg"><path stroke-width="2" d="M0 0"/></svg>'
    web_page.draw_instead(svg)
    web_page.give(logo_png=LOGO)
    web_page.wait_for_converted()
    web_page.page.get_by_role("button", name="JSX", exact=True).click()
    expect(web_page.page.locator("#announcer")).to_have_text("JSX: copied to the clipboard.")
    assert web_page.page.evaluate("navigator.clipboard.readText()") == (
        '<svg xmlns="http://www.w3.org/2000/svg">\n  <path strokeWidth="2" d="M0 0" />\n</svg>'
    )


def test_options_reach_the_service(web_page: WebPage) -> None:
    """A ground that is removed is clear in the SVG, and the options hold for the next image, too."""
    web_page.give(logo_png=LOGO)
    web_page.wait_for_converted()
    assert render(web_page.downloaded().decode(), 64, 64)[0, 0, 3] == 255
    with web_page.page.expect_response("**/api/convert") as response:
        web_page.page.get_by_label("Background").select_option("remove")
    assert response.value.ok
    web_page.wait_for_converted()
    assert render(web_page.downloaded().decode(), 64, 64)[0, 0, 3] == 0
    web_page.give(other_png=OTHER)
    web_page.wait_for_converted(2)
    assert render(web_page.downloaded().decode(), 64, 64)[0, 0, 3] == 0


def test_parts_for_a_cutter(web_page: WebPage) -> None:
    """A fold has what brands, printers and cutters ask for; it is sent, and there again after a reload."""
    page = web_page.page
    web_page.give(logo_png=LOGO)
    web_page.wait_for_converted()
    page.get_by_text("Brand, print, cut").click()
    with page.expect_response("**/api/convert") as response:
        page.get_by_label("Cut, least width").fill("0.5")
    assert response.value.ok
    web_page.wait_for_converted()
    svg = web_page.downloaded().decode()
    assert set(re.findall(r"<(\w+)", svg)) == {"svg", "path"}
    assert re.search(r' width="[\d.]+mm"', svg)
    with page.expect_response("**/api/convert"):
        page.get_by_label("Only colours").fill("#102030, #fff")
    web_page.wait_for_converted()
    assert set(re.findall(r'fill="([^"]+)"', web_page.downloaded().decode())) <= {"#102030", "#fff", "#ffffff"}
    page.reload()
    web_page.wait_for_converted()
    page.get_by_text("Brand, print, cut").click()
    expect(page.get_by_label("Cut, least width")).to_have_value("0.5")
    expect(page.get_by_label("Only colours")).to_have_value("#102030, #fff")


def test_exact_parameters_are_sent(web_page: WebPage) -> None:
    """Whoever opens the fold traces with parameters of their own, in one trial."""
    web_page.give(logo_png=LOGO)
    web_page.wait_for_converted()
    web_page.page.get_by_text("Advanced").click()
    web_page.page.get_by_label("Trace exactly with these parameters").check()
    with web_page.page.expect_response(lambda answer: traced_with(answer)["grid"] == 7):
        web_page.page.get_by_label("grid", exact=True).fill("7")
    web_page.wait_for_converted()
    assert web_page.figure("trials") == "1"


def test_a_reload_loses_nothing(web_page: WebPage) -> None:
    """Images, answers and options of the visit are there again, without asking the service; another visit has none."""
    web_page.give(first_png=LOGO, second_png=OTHER)
    web_page.wait_for_converted(2)
    svg = web_page.downloaded()
    asked: list[str] = []
    web_page.page.on("request", lambda request: asked.append(request.url))
    web_page.page.reload()
    web_page.wait_for_converted(2)
    assert web_page.downloaded() == svg
    assert not [url for url in asked if "/api/" in url]
    other = web_page.page.context.new_page()
    other.goto(web_page.base_url)
    other.wait_for_selector("body.started")
    assert other.locator("#image-list li").count() == 0


def test_what_is_removed_is_gone(web_page: WebPage) -> None:
    """An image can be taken out, and a whole visit cleared, for good."""
    web_page.give(first_png=LOGO, second_png=OTHER)
    web_page.wait_for_converted(2)
    web_page.page.get_by_role("button", name="Remove first.png").click()
    expect(web_page.page.locator("#image-list li")).to_have_count(1)
    web_page.page.get_by_role("button", name="Clear this visit").click()
    expect(web_page.page.get_by_role("button", name="Choose images")).to_be_focused()
    web_page.page.reload()
    web_page.page.wait_for_selector("body.started")
    assert web_page.page.locator("#image-list li").count() == 0


def test_an_svg_cannot_run_script(web_page: WebPage) -> None:
    """Were a service ever to answer script, it would be shown as a picture, and do nothing."""
    script = "<script>document.title='run'</script>"
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9" onload="document.title=1">{script}</svg>'
    web_page.draw_instead(svg)
    web_page.give(logo_png=LOGO)
    web_page.wait_for_converted()
    expect(web_page.page.locator("#svg-image")).to_be_visible()
    assert web_page.page.title() == "SVG-AI"


def test_stars_are_there_where_the_service_takes_them(web_page: WebPage, service: Served) -> None:
    """What is chosen is sent, and stays; another choice replaces it. Nothing asks for a rating that nobody takes."""
    web_page.give(logo_png=LOGO)
    web_page.wait_for_converted()
    good, fair = (web_page.page.get_by_role("radio", name=name) for name in ("4 of 5: Good", "3 of 5: Fair"))
    with web_page.page.expect_response("**/api/feedback") as first:
        good.check()
    expect(web_page.page.locator("#announcer")).to_contain_text("Rated 4 of 5")
    with web_page.page.expect_response("**/api/feedback") as second:
        good.press("ArrowLeft")
    expect(web_page.page.locator("#announcer")).to_contain_text("Rated 3 of 5")
    assert [answer.value.status for answer in (first, second)] == [204, 204]
    sent = first.value.request.post_data_json or {}
    assert (sent["rating"], sent["identifier"], len(sent["conversion_id"])) == (4, "page", 32)
    web_page.page.reload()
    expect(fair).to_be_checked()
    document = service.client.get("/docs.json").json()
    del document["paths"]["/api/feedback"]
    web_page.answer("/docs.json", json=document)
    web_page.page.reload()
    expect(good).to_have_count(0)


def test_an_option_that_changes_while_something_comes_in_is_not_lost(web_page: WebPage) -> None:
    """The page waits a moment for further changes; neither news of the image nor a look at another one ends that."""
    web_page.give(logo_png=LOGO, other_png=OTHER)
    web_page.wait_for_converted(2)
    rows = web_page.page.locator("#image-list .open")
    lines = web_page.page.get_by_label("Lines")
    for look_at, value in enumerate(("never", "only")):
        rows.nth(0).click()
        with web_page.page.expect_request("**/api/convert"):
            web_page.page.evaluate(_CHANGED_OPTION, value)
            rows.nth(look_at).click()
        web_page.wait_for_converted(2)
        rows.nth(1).click()
        expect(lines).to_have_value("auto")
        rows.nth(0).click()
        expect(lines).to_have_value(value)


def test_a_phone_has_no_sideways_scrolling(browser: Browser, service: Served) -> None:
    """At 390 pixels everything is within the width, before and after a conversion."""
    phone = WebPage(browser, str(service.client.base_url), viewport={"width": 390, "height": 844}, has_touch=True)
    phone.open()
    wide = "document.documentElement.scrollWidth"
    assert phone.page.evaluate(wide) == 390
    phone.give(logo_png=LOGO)
    phone.wait_for_converted()
    phone.page.get_by_text("Advanced").click()
    assert phone.page.evaluate(wide) == 390
    phone.close()


def traced_with(answer: Response) -> dict[str, Any]:
    """The parameters of an answer to a conversion."""
    return dict(answer.json()["parameters"]) if answer.url.endswith("/api/convert") else {"grid": None}
