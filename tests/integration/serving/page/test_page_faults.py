"""The web page when something is wrong: bad images, a busy service, none at all, a key that is asked for, a prefix."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Route, expect

from svgai.decode.pixels import encode_png
from tests.fakes.tiny_models import drawn_logo, write_models
from tests.integration.servers.served import Served, serving
from tests.integration.servers.web_page import WebPage, browser, web_page

__all__ = ["browser", "web_page"]

pytestmark = pytest.mark.integration

LOGO = encode_png(drawn_logo(1))
KEY = "a key"


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_models(tmp_path_factory.mktemp("models"))


def test_a_broken_image_is_told_and_the_others_go_on(web_page: WebPage) -> None:
    """It says what is wrong in plain words, with what the service said and the request's id."""
    web_page.give(broken_png=b"nothing", logo_png=LOGO)
    web_page.wait_for_converted()
    expect(web_page.rows("failed")).to_have_count(1)
    fault = web_page.page.locator("#fault")
    expect(fault).to_contain_text("This file is damaged, or it is not an image.")
    expect(fault.locator(".details")).to_contain_text("request ")
    expect(fault.get_by_role("button", name="Try again")).to_be_visible()


def test_a_busy_service_is_asked_again(web_page: WebPage) -> None:
    """After 429 the page waits as long as the service says, tells so, and goes on by itself."""
    calls: list[Route] = []

    def refused_once(route: Route) -> None:
        calls.append(route)
        error = {"error": {"code": "overloaded", "message": "too much", "request_id": "r"}}
        if len(calls) == 1:
            route.fulfill(status=429, headers={"Retry-After": "5"}, json=error)
        else:
            route.fallback()

    web_page.page.route("**/api/convert", refused_once)
    web_page.give(logo_png=LOGO)
    expect(web_page.page.locator("#image-list .status")).to_have_text("The service is busy. Trying again in 5 s.")
    web_page.wait_for_converted()
    assert len(calls) == 2


def test_without_a_service_nothing_is_lost(web_page: WebPage) -> None:
    """Images wait, the page says why, and the work goes on when the service answers again."""
    web_page.page.context.set_offline(True)
    web_page.allowed.append("Failed to load")
    web_page.give(logo_png=LOGO)
    expect(web_page.rows("held")).to_have_count(1)
    expect(web_page.page.locator("#service-state")).to_have_text("No connection to the service")
    expect(web_page.page.locator("#fault")).to_contain_text("Your images are kept")
    web_page.page.context.set_offline(False)
    web_page.wait_for_converted()
    expect(web_page.page.locator("#service-state")).to_be_empty()
    expect(web_page.page.locator("#fault")).to_be_hidden()


def test_a_proxys_error_without_our_shape_has_words_too(web_page: WebPage) -> None:
    """What stands before the service may answer HTML."""
    web_page.answer("/api/convert", status=504, body="<html>Gateway Time-out</html>", content_type="text/html")
    web_page.give(logo_png=LOGO)
    expect(web_page.page.locator("#fault")).to_contain_text("took too long")
    expect(web_page.page.locator("#fault .details")).to_have_text("HTTP 504")


@pytest.mark.long
def test_without_models_there_is_no_prediction(browser: Browser, tmp_path: Path) -> None:
    """Conversion works, and instead of the slider there is a word that says why."""
    with serving(tmp_path, AI_ENHANCED="false") as served:
        visit = WebPage(browser, str(served.client.base_url))
        visit.open()
        visit.give(logo_png=LOGO)
        visit.wait_for_converted()
        expect(visit.page.locator("#figures .kind")).to_contain_text("The models are switched off")
        expect(visit.page.locator("#front")).to_be_hidden()
        visit.close()


@pytest.mark.long
def test_a_key_is_asked_for_and_kept_in_the_tab(browser: Browser, models: Path, tmp_path: Path) -> None:
    """Pages open without one; a wrong key is told; with the right one the waiting image is converted."""
    with serving(tmp_path, MODEL_DIR=str(models), API_KEYS=KEY) as served:
        visit = WebPage(browser, str(served.client.base_url))
        visit.open()
        dialog = visit.page.get_by_role("dialog")
        dialog.get_by_label("API key").fill("a wrong one")
        dialog.get_by_role("button", name="Use this key").click()
        expect(dialog).to_contain_text("was not accepted")
        dialog.get_by_role("button", name="Cancel").click()
        visit.give(logo_png=LOGO)
        dialog.get_by_label("API key").fill(KEY)
        dialog.get_by_role("button", name="Use this key").click()
        visit.wait_for_converted()
        assert visit.page.evaluate("sessionStorage.getItem('svgai.key')") == KEY
        assert visit.page.evaluate("localStorage.length + document.cookie.length") == 0
        visit.open("/docs")
        expect(visit.page.get_by_role("heading", name="/api/convert")).to_be_visible()
        visit.close()


def test_a_prefix_makes_no_difference(browser: Browser, service: Served) -> None:
    """Behind a proxy that takes a prefix away, page, files and calls are found below it."""
    base = str(service.client.base_url).rstrip("/")
    visit = WebPage(browser, f"{base}/inner/svg")
    outside: list[str] = []

    def without_prefix(route: Route) -> None:
        if "/inner/svg/" in route.request.url:
            route.fulfill(response=route.fetch(url=route.request.url.replace("/inner/svg/", "/")))
        else:
            outside.append(route.request.url)
            route.abort()

    visit.page.route("**/*", without_prefix)
    visit.open()
    visit.give(logo_png=LOGO)
    visit.wait_for_converted()
    visit.page.get_by_role("link", name="API reference").click()
    expect(visit.page.locator("#post-api-convert pre").first).to_contain_text(f"{base}/inner/svg/api/convert")
    visit.close()
    assert outside == []


def test_a_file_that_is_changed_later_is_converted_as_it_came(web_page: WebPage, tmp_path: Path) -> None:
    """Browsers do not send a file that changed since it was chosen; that is no lost connection."""
    file = tmp_path / "logo.png"
    file.write_bytes(LOGO)
    web_page.page.set_input_files("#files", file)
    web_page.wait_for_converted()
    file.unlink()
    with web_page.page.expect_response("**/api/convert") as answer:
        web_page.page.get_by_label("Lines").select_option("never")
    assert answer.value.ok
    web_page.wait_for_converted()
    expect(web_page.page.locator("#service-state")).to_be_empty()


def test_an_answer_that_is_no_json_has_words_too(web_page: WebPage) -> None:
    """A proxy may answer 200 with a page of its own."""
    web_page.answer("/api/convert", status=200, body="<html>Log in</html>", content_type="text/html")
    web_page.give(logo_png=LOGO)
    expect(web_page.rows("failed")).to_have_count(1)
    expect(web_page.page.locator("#fault")).to_contain_text("The service failed unexpectedly.")
    expect(web_page.page.locator("#fault .details")).to_have_text("The answer is not JSON.")


def test_an_image_that_is_removed_meanwhile_stays_removed(web_page: WebPage) -> None:
    """What was still asked of it comes to nobody: no error, nothing in the next visit."""
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    web_page.page.route("**/api/optimize", hold)
    web_page.give(logo_png=LOGO)
    web_page.wait_for_converted()
    web_page.page.get_by_role("button", name="Clear this visit").click()
    with web_page.page.expect_response("**/api/optimize"):
        held[0].continue_()
    web_page.open()
    expect(web_page.page.locator("#image-list li")).to_have_count(0)


def test_a_key_that_no_header_can_hold_is_not_taken(web_page: WebPage) -> None:
    """The field says so; sent, it would look like a lost connection."""
    error = {"error": {"code": "unauthorized", "message": "a key is needed", "request_id": "r"}}
    web_page.answer("/api/convert", status=401, json=error)
    web_page.give(logo_png=LOGO)
    field = web_page.page.locator("#key-field")
    for text, valid in (("\N{SNOWMAN}", False), ("  ", False), (KEY, True)):
        field.fill(text)
        assert field.evaluate("field => field.checkValidity()") is valid
