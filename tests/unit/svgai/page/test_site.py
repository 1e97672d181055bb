"""The files of the web page: complete, small, of this service alone, and named by their content."""

import hashlib
import re
import shutil
from pathlib import Path

import pytest

from svgai.page.site import BROWSER_FILES, Site, load_site
from tests.unit.test_docs import API, rows

MOST_SENT = 100_000
CLIENT_ZIP = "28c957c53d8e5290951d4b45ccff8ab8c9c37219da08b9d537bbdd595a75706d"  # pragma: allowlist secret
"""SHA-256 of index.js in client-zip 2.5.1."""


@pytest.fixture(scope="module")
def site() -> Site:
    return load_site()


def text_of(site: Site, name: str) -> str:
    (found,) = (file.content for path, file in site.files.items() if path.endswith(f"/{name}"))
    return found.decode()


def test_everything_together_is_small(site: Site) -> None:
    """Both pages with all that they ever load stay under 100 kB as they are sent."""
    assert sum(len(file.compressed) for file in (*site.pages.values(), *site.files.values())) < MOST_SENT


def test_pages_and_modules_name_only_files_that_are_there(site: Site) -> None:
    """Each script, style, picture and imported module is one of the site's files."""
    for page in site.pages.values():
        for name in re.findall(r'"(page/[^"]+)"', page.content.decode()):
            assert f"/{name}" in site.files
    for path, file in site.files.items():
        if not path.endswith(".js"):
            continue
        for name in re.findall(r'(?:from |import\(|new URL\()"(\.[^"]*\.\w+)"', file.content.decode()):
            folder = Path(path).parent
            assert str((Path("/", folder) / name).resolve()) in site.files, f"{path} names {name}"


def test_nothing_comes_from_elsewhere(site: Site) -> None:
    """No file names another host; what SVG's own namespace is called is no place."""
    for path, file in {**site.pages, **site.files}.items():
        if path.endswith("LICENSE.txt"):
            continue
        named = re.findall(r"(?:https?:)?//[a-z0-9-]+\.[a-z]{2,}[^\s\"'`]*", file.content.decode())
        assert set(named) <= {"http://www.w3.org/2000/svg"}, path


def test_pages_hold_no_script_and_no_style_of_their_own(site: Site) -> None:
    """The policy that they are sent with would not let it run."""
    for page in site.pages.values():
        text = page.content.decode()
        assert not re.search(r"<style|<script(?![^>]* src=)|\s(?:style|on\w+)=", text)


def test_no_module_parses_html(site: Site) -> None:
    """What a file or the service sends becomes text or an image, never markup of the page."""
    for path, file in site.files.items():
        if path.endswith(".js"):
            assert not re.search(
                r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(", file.content.decode()
            )


def test_a_change_gives_new_addresses(tmp_path: Path, site: Site) -> None:
    """One changed byte in one module changes the folder that all are in, and the pages that name it."""
    copy = shutil.copytree(BROWSER_FILES, tmp_path / "browser")
    assert load_site(copy) == site
    with (copy / "main.js").open("a") as module:
        module.write("\n")
    changed = load_site(copy)
    assert not changed.files.keys() & site.files.keys()
    assert changed.pages["/"].etag != site.pages["/"].etag


def test_a_page_that_was_left_out_is_told(tmp_path: Path) -> None:
    """An installation without the page's files says which is missing."""
    with pytest.raises(FileNotFoundError, match=r"holds no docs\.html, no index\.html"):
        load_site(tmp_path)


def test_every_error_has_words(site: Site) -> None:
    """Each code of docs/API_REFERENCE.md is told in words, and no other but the lost connection."""
    block = re.search(r"const WORDS = \{(.*?)\n\};", text_of(site, "service/faults.js"), re.DOTALL)
    assert block
    told = set(re.findall(r"^  (\w+):", block[1], re.MULTILINE))
    assert told == {code for _, code, _ in rows(API, "| status | code | when |")} | {"offline"}


def test_the_library_is_what_was_published(site: Site) -> None:
    """client-zip is there unchanged, with its licence beside it."""
    assert hashlib.sha256(text_of(site, "vendor/client-zip.js").encode()).hexdigest() == CLIENT_ZIP
    assert "David Junger" in text_of(site, "vendor/client-zip.LICENSE.txt")
