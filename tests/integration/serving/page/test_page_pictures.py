"""
The pictures of the web page in README.md and docs/USER_GUIDE.md.

With SVGAI_SCREENSHOTS=docs/images they are made anew, by the models in MODEL_DIR where that is set.
"""

import os
import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Browser, expect

from tests.fakes.tiny_models import write_models
from tests.integration.servers.served import ROOT, Served, serving
from tests.integration.servers.web_page import WebPage, browser

__all__ = ["browser"]

pytestmark = [pytest.mark.integration, pytest.mark.long]

PAGES = [ROOT / name for name in ("README.md", "docs/USER_GUIDE.md")]
MOST_BYTES, COLOURS = 150_000, 256


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    models = os.environ.get("MODEL_DIR") or str(write_models(tmp_path_factory.mktemp("models")))
    with serving(tmp_path_factory.mktemp("service"), MODEL_DIR=models) as served:
        yield served


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where pictures are kept: in the folder that SVGAI_SCREENSHOTS names, or nowhere for long."""
    return Path(os.environ.get("SVGAI_SCREENSHOTS") or tmp_path)


def test_the_pictures_of_the_guide(browser: Browser, service: Served, folder: Path) -> None:
    """Light, dark, on a phone and with an error: each that a document shows is made here, small, and no other."""

    def picture(name: str, step: Any, **options: Any) -> None:
        visit = WebPage(browser, str(service.client.base_url), **{"reduced_motion": "reduce"} | options)
        visit.open()
        step(visit)
        shot = visit.page.screenshot(animations="disabled", caret="hide")
        visit.close()
        few = Image.open(BytesIO(shot)).convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
        few.save(folder / f"{name}.png", optimize=True)

    picture("page-light", converted)
    picture("page-dark", difference, color_scheme="dark")
    picture("page-phone", converted, viewport={"width": 390, "height": 844}, has_touch=True)
    picture("page-error", broken)

    named = {name for page in PAGES for name in re.findall(r"images/(page-[a-z]+)\.png", page.read_text())}
    assert {path.stem for path in folder.glob("page-*.png")} == named
    assert max(path.stat().st_size for path in folder.glob("page-*.png")) < MOST_BYTES


def converted(visit: WebPage) -> None:
    visit.page.get_by_role("button", name="Try an example").click()
    visit.wait_for_converted()
    expect(visit.page.locator("#svg-image")).to_be_visible()
    expect(visit.page.locator("#front .prediction")).to_contain_text("Predicted")


def difference(visit: WebPage) -> None:
    converted(visit)
    visit.page.get_by_role("radio", name="Difference").check()
    expect(visit.page.locator("#lowest")).to_be_visible()


def broken(visit: WebPage) -> None:
    visit.give(letter_png=b"no image")
    expect(visit.rows("failed")).to_have_count(1)
