"""The API reference at /docs, in a browser: every call, and commands that work as they are written."""

import shlex
import subprocess
from pathlib import Path

import pytest
from playwright.sync_api import expect

from svgai.decode.pixels import encode_png
from tests.fakes.tiny_models import drawn_logo
from tests.integration.servers.served import Served
from tests.integration.servers.viewers import program
from tests.integration.servers.web_page import WebPage, browser, web_page

__all__ = ["browser", "web_page"]

pytestmark = pytest.mark.integration


@pytest.fixture
def reference(web_page: WebPage) -> WebPage:
    web_page.open("/docs")
    web_page.page.get_by_role("heading", name="/api/convert").wait_for()
    return web_page


def test_every_call_is_described(reference: WebPage, service: Served) -> None:
    """Each path of the OpenAPI document with its summary, every field of its body, and every status."""
    document = service.client.get("/docs.json").json()
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            section = reference.page.locator(f"[id='{method}{path.replace('/', '-')}']")
            expect(section).to_contain_text(operation["summary"])
            text = section.inner_text()
            for status, response in operation["responses"].items():
                assert status in text
                assert response["description"] in text
    for name in document["components"]["schemas"]["ConvertForm"]["properties"]:
        assert reference.page.locator("#post-api-convert th").filter(has_text=name).count()


def test_limits_and_defaults_are_named(reference: WebPage) -> None:
    """A range, a choice, a default, and the fields of an object within the body."""
    convert = reference.page.locator("#post-api-convert")
    row = convert.locator("tr").filter(has=reference.page.get_by_role("rowheader", name="max_trials"))
    expect(row).to_contain_text("1 to 16")
    row = convert.locator("tr").filter(has=reference.page.get_by_role("rowheader", name="strokes", exact=True))
    expect(row).to_contain_text("auto, never, only")
    convert.get_by_text("Fields of TracingParameters").first.click()
    row = convert.locator("tr").filter(has=reference.page.get_by_role("rowheader", name="grid", exact=True)).first
    expect(row).to_contain_text("1 to 8")


def test_every_command_works_as_it_is_written(reference: WebPage, tmp_path: Path) -> None:
    """Pasted into a shell beside an image, each is answered as the reference says."""
    program("curl")
    (tmp_path / "logo.png").write_bytes(encode_png(drawn_logo(1)))
    commands = reference.page.locator(".call pre").all_inner_texts()
    assert len(commands) == 15
    for command in commands:
        failing = command.replace("curl -s ", "curl -sS --fail-with-body ")
        done = subprocess.run(["sh", "-c", failing], cwd=tmp_path, capture_output=True, text=True, check=False)
        assert done.returncode == 0, f"{shlex.quote(command)}: {done.stdout}{done.stderr}"
    assert (tmp_path / "logo.svg").read_text().startswith("<svg")


def test_a_command_is_copied(reference: WebPage) -> None:
    """A button puts it into the clipboard as it is shown."""
    first = reference.page.locator("figure").first
    first.get_by_role("button", name="Copy").click()
    expect(first.get_by_role("button")).to_have_text("Copied")
    assert reference.page.evaluate("navigator.clipboard.readText()") == first.locator("pre").inner_text()
