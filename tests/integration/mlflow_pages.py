"""MLflow's own pages, worked by a real Chromium as a person would: import `pages` into a test module to use it."""

import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect, sync_playwright

SCREENSHOTS = os.environ.get("SVGAI_SCREENSHOTS")
"""Folder to keep a picture of each step in, as the guide shows them; empty: none are kept."""


class MlflowPages:
    """One browser window on one MLflow server. It waits for what it does, and raises where that does not come."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self._server = ""

    def visit(self, server: str) -> None:
        """Work on this server from now on."""
        self._server = server

    def open_version(self, name: str, number: int) -> None:
        """The page of one version, as it is now."""
        self._page.goto("about:blank")
        self._page.goto(f"{self._server}/#/models/{name}/versions/{number}")
        expect(self._page.get_by_role("heading", name=f"Version {number}")).to_be_visible()
        # The assistant beside the page, which opens by itself, takes a third of it.
        assistant = self._page.get_by_role("button", name="Close", exact=True)
        if assistant.count():
            assistant.click()
            expect(assistant).to_be_hidden()

    def open_model(self, name: str) -> None:
        """The page with all versions of a model."""
        self._page.goto("about:blank")
        self._page.goto(f"{self._server}/#/models/{name}")
        expect(self._page.get_by_role("link", name="Version 1", exact=True)).to_be_visible()

    def use_stages(self) -> None:
        """On the page of a version: turn the legacy registry view on, which shows stages. The browser remembers it."""
        switch = self._page.get_by_role("switch", name="New model registry UI")
        switch.click()
        dialog = self._page.get_by_role("dialog")
        self.photograph("1-switch")
        dialog.get_by_role("button", name="Disable").click()
        expect(dialog).to_be_hidden()
        expect(switch).not_to_be_checked()

    def use_aliases(self) -> None:
        """On the page of a version: turn the new registry view on again, which shows aliases."""
        switch = self._page.get_by_role("switch", name="New model registry UI")
        switch.click()
        expect(switch).to_be_checked()
        expect(self._page.get_by_text("Aliases")).to_be_visible()

    def move_to_stage(self, name: str, number: int, stage: str, *, archive: bool = False) -> None:
        """Choose a stage for a version; `archive` ticks the box that moves the version there away."""
        self.open_version(name, number)
        self._stage().click()
        self.photograph("2-menu")
        self._page.get_by_role("menuitem").filter(has_text=re.compile(rf"{stage}$")).click()
        dialog = self._page.get_by_role("dialog", name="Stage transition")
        if archive:
            dialog.get_by_role("checkbox").check()
        self.photograph("3-transition")
        dialog.get_by_role("button", name="OK").click()
        expect(dialog).to_be_hidden()
        expect(self._stage()).to_have_text(stage)
        self.photograph("4-in-stage")

    def add_alias(self, name: str, number: int, alias: str) -> None:
        """Give a version an alias; it leaves the version that had it."""
        self.open_version(name, number)
        self._page.get_by_role("button", name="Add", exact=True).first.click()
        dialog = self._page.get_by_role("dialog")
        dialog.get_by_role("combobox").fill(alias)
        dialog.get_by_role("combobox").press("Enter")
        self.photograph("5-alias")
        dialog.get_by_role("button", name="Save aliases").click()
        expect(dialog).to_be_hidden()
        expect(self._page.get_by_role("status", name=alias)).to_be_visible()

    def text(self) -> str:
        """What a person reads on the page."""
        return self._page.locator("body").inner_text()

    def photograph(self, step: str) -> None:
        """Keep a picture, if pictures are wanted."""
        if SCREENSHOTS:
            folder = Path(SCREENSHOTS)
            folder.mkdir(parents=True, exist_ok=True)
            self._page.screenshot(path=folder / f"{step}.png", animations="disabled")

    def _stage(self) -> Locator:
        stages = re.compile("^(None|Staging|Production|Archived)$")
        return self._page.get_by_role("status").filter(has_text=stages).first


@pytest.fixture
def pages() -> Iterator[MlflowPages]:
    """A browser without a history."""
    program = shutil.which("chromium")
    if program is None:
        if os.environ.get("CI"):
            pytest.fail("chromium is not installed")
        pytest.skip("chromium is not installed")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        try:
            page = browser.new_page(viewport={"width": 1100, "height": 760})
            page.set_default_timeout(20_000)
            yield MlflowPages(page)
        finally:
            browser.close()
