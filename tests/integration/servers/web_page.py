"""
The web page as a person uses it, in a real Chromium: import `browser` and `web_page` into a test module to use them.

A test fails, too, where the page wrote an error to the console or asked another host than the service for anything.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Locator, Page, expect, sync_playwright

from tests.integration.servers.served import Served
from tests.integration.servers.viewers import program

LIMIT_MS = 60_000
_FLAGS = ("--no-sandbox", "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1")


# While it is open, nothing else in this thread can run an event loop.
@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A Chromium for the tests of a module."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program("chromium"), args=list(_FLAGS))
        yield browser
        browser.close()


@pytest.fixture
def web_page(browser: Browser, service: Served) -> Iterator["WebPage"]:
    """The page of the service, opened, in a visit of its own; `service` is the test module's own fixture."""
    page = WebPage(browser, str(service.client.base_url))
    page.open()
    yield page
    page.close()


class WebPage:
    """One visit; `base_url` without a slash at its end. Options are those of a browser's context: size, colours."""

    def __init__(self, browser: Browser, base_url: str, **options: Any) -> None:
        self.base_url = base_url.rstrip("/")
        given = {"viewport": {"width": 1280, "height": 800}, "permissions": ["clipboard-read", "clipboard-write"]}
        self._context = browser.new_context(**given | options)
        self._context.set_default_timeout(LIMIT_MS)
        self.page: Page = self._context.new_page()
        expect.set_options(timeout=LIMIT_MS)
        self.allowed: list[str] = ["Failed to load resource"]
        """Beginnings of console errors that a test expects; what an HTTP error is reported as, always."""
        self._errors: list[str] = []
        self._addresses: list[str] = []
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda error: self._errors.append(str(error)))
        self.page.on("request", lambda request: self._addresses.append(request.url))

    def open(self, path: str = "/") -> None:
        self.page.goto(self.base_url + path)
        if path == "/":
            self.page.wait_for_selector("body.started", state="attached")

    def close(self) -> None:
        """End the visit; AssertionError where something went wrong in it that no test asked for."""
        self.page.unroute_all(behavior="ignoreErrors")
        self._context.close()
        assert not self._errors
        hosts = ("data:", "blob:", f"{self.base_url}/")
        assert [address for address in self._addresses if not address.startswith(hosts)] == []

    def give(self, **files: bytes) -> None:
        """Choose files; an underscore before the last word of a name is its dot: logo_png."""
        chosen = [
            {"name": name.replace("_png", ".png"), "mimeType": "image/png", "buffer": data}
            for name, data in files.items()
        ]
        self.page.set_input_files("#files", chosen)  # type: ignore[arg-type]

    def rows(self, state: str) -> Locator:
        """The images of the list that are in a state."""
        return self.page.locator(f"#image-list li[data-state={state}]")

    def wait_for_converted(self, count: int = 1) -> None:
        expect(self.rows("done")).to_have_count(count)

    def figure(self, name: str) -> str:
        """A measured figure of the image that is shown."""
        term = self.page.locator("#figures dt").filter(has_text=name)
        return term.locator("xpath=following-sibling::dd[1]").inner_text()

    def downloaded(self, button: str = "Download SVG") -> bytes:
        """The file that a button gives."""
        with self.page.expect_download() as download:
            self.page.get_by_role("button", name=button).click()
        return Path(download.value.path()).read_bytes()

    def answer(self, path: str, **answer: Any) -> None:
        """Answer calls of a path in the service's place."""
        self.page.route(f"**{path}", lambda route: route.fulfill(**answer))

    def draw_instead(self, svg: str) -> None:
        """Let conversions answer this SVG, with the figures of the one that the service made."""
        self.page.route("**/api/convert", lambda route: route.fulfill(json=route.fetch().json() | {"svg": svg}))

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"} and not message.text.startswith(tuple(self.allowed)):
            self._errors.append(message.text)
