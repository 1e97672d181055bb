"""
MLflow's pages as a person uses them, in a real browser: the fixture `browser_page`.

Chromium is the system's own. It reaches 127.0.0.1 and nothing else.
"""

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Literal

import pytest
from PIL import Image
from playwright.sync_api import Locator, Page, expect, sync_playwright

from tests.integration.servers.viewers import program

PageStage = Literal["Staging", "Production", "Archived"]

_LIMIT_MS = 60_000
_COLOURS = 64
# Playwright's own flags keep Chromium from calling home; without names to resolve, pages cannot either.
_FLAGS = ("--no-sandbox", "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1")
# A panel that opens by itself on the first visit only, beside the page, and narrows it.
_KNOWN_VISITOR = """
if (location.protocol.startsWith("http")) localStorage.setItem("mlflow.assistant.fab.autoOpenedOnFirstLoad_v1", "true");
"""


# One browser for a test: while it is open, nothing else in this thread can run an event loop.
@pytest.fixture
def browser_page() -> Iterator[Page]:
    """An empty page of a new Chromium, 1100 pixels wide."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program("chromium"), args=list(_FLAGS))
        page = browser.new_page(viewport={"width": 1100, "height": 520})
        page.set_default_timeout(_LIMIT_MS)
        page.add_init_script(_KNOWN_VISITOR)
        yield page
        browser.close()


class MlflowPages:
    """
    The registry's pages of one MLflow server, in one browser page.

    Every step waits until the page shows what it did. With a folder, the moments that a guide would show are kept
    there as `<moment>.png`, the last one of each.
    """

    def __init__(self, page: Page, base_url: str, screenshots: Path | None = None) -> None:
        self._page, self._base_url, self._screenshots = page, base_url.rstrip("/"), screenshots
        self._main = page.get_by_role("main")
        self._dialog = page.get_by_role("dialog")
        self._new_pages = self._main.get_by_role("switch", name="New model registry UI")

    def open_model(self, name: str) -> None:
        """The page of a registered model, with the list of its versions, as the server has them now."""
        self._open(f"models/{name}", name)
        self._main.get_by_role("link", name="Version ").first.wait_for()

    def open_version(self, name: str, number: int) -> None:
        """The page of one version, as the server has it now."""
        self._open(f"models/{name}/versions/{number}", f"Version {number}")

    def use_stages(self) -> None:
        """Switch to the older pages, which have a menu of stages and no aliases; a page of a model must be open."""
        if not self._new_pages.is_checked():
            return
        self.picture("version")
        self._new_pages.click()
        self._dialog.wait_for()
        self.picture("switch-off")
        self._confirm("Disable")
        expect(self._new_pages).not_to_be_checked()

    def use_aliases(self) -> None:
        """Switch to the newer pages, which show aliases and no menu of stages; a page of a model must be open."""
        if not self._new_pages.is_checked():
            self._new_pages.click()
            expect(self._new_pages).to_be_checked()

    def move_to_stage(self, name: str, number: int, stage: PageStage, *, archive: bool = False) -> None:
        """Choose a stage in the menu of a version; the box that archives the version there now is left as it is."""
        self.open_version(name, number)
        self.use_stages()
        menu = self._main.locator(".mlflow-stage-transition-dropdown")
        menu.click()
        entry = self._page.get_by_role("menuitem").filter(has_text=stage)
        entry.wait_for()
        self.picture("stage-menu")
        entry.click()
        if archive:
            self._dialog.get_by_role("checkbox").check()
        self._dialog.get_by_role("button", name="OK").wait_for()
        self.picture("stage-dialog")
        self._confirm("OK")
        expect(menu).to_have_text(stage)
        self.picture("stage-set")

    def set_alias(self, name: str, number: int, alias: str) -> None:
        """Give a version an alias, which leaves the version that had it."""
        self.open_version(name, number)
        self.use_aliases()
        self.picture("alias-none")
        row = self._row("Aliases")
        row.get_by_role("button").last.click()
        field = self._dialog.get_by_role("combobox")
        field.click()
        field.press_sequentially(alias)
        field.press("Enter")
        expect(self._dialog.get_by_role("status", name=alias)).to_be_visible()
        self.picture("alias-dialog")
        self._confirm("Save aliases")
        expect(row.get_by_role("status", name=alias, exact=True)).to_be_visible()
        self.picture("alias-set")

    def stage(self) -> str:
        """The stage of the open version."""
        return self._row("Stage").get_by_test_id("descriptions-item-content").inner_text().strip()

    def description(self) -> str:
        """The description of the open version as text; empty if it has none."""
        shown = self._main.get_by_test_id("note-editor-preview-content")
        return shown.inner_text().strip() if shown.count() else ""

    def tags(self) -> dict[str, str]:
        """The tags of the open version."""
        rows = (row.get_by_role("cell") for row in self._main.get_by_role("row").all())
        # Name, value and buttons: no other table of this page has three columns.
        return {cells.nth(0).inner_text(): cells.nth(1).inner_text() for cells in rows if cells.count() == 3}

    def picture(self, moment: str) -> None:
        """Keep what the page shows now, where a folder was named."""
        if self._screenshots is None:
            return
        self._page.evaluate("document.fonts.ready")
        shot = Image.open(BytesIO(self._page.screenshot(animations="disabled", caret="hide"))).convert("RGB")
        self._screenshots.mkdir(parents=True, exist_ok=True)
        few = shot.quantize(_COLOURS, dither=Image.Dither.NONE)
        few.save(self._screenshots / f"{moment}.png", optimize=True)

    def _open(self, path: str, heading: str) -> None:
        address = f"{self._base_url}/#/{path}"
        stays = self._page.url.startswith(self._base_url)
        self._page.goto(address)
        if stays:  # Only what follows the # has changed, and the page may show what it read before.
            self._page.reload()
        self._main.get_by_role("heading", name=heading, exact=True).wait_for()
        self._new_pages.wait_for()

    def _row(self, label: str) -> Locator:
        return self._main.get_by_test_id("descriptions-item").filter(has_text=label)

    def _confirm(self, button: str) -> None:
        self._dialog.get_by_role("button", name=button).click()
        self._dialog.wait_for(state="hidden")
