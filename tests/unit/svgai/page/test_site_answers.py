"""The web page over HTTP: headers, compression, what browsers keep, and one name for its files."""

import asyncio
import gzip
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette

from svgai.page.site import FILES_PATH, Site, load_site
from svgai.page.site_answers import OnePathForFiles, site_routes


@pytest.fixture(scope="module")
def site() -> Site:
    return load_site()


def ask(site: Site, path: str, headers: dict[str, str] | None = None, seen: list[str] | None = None) -> httpx.Response:
    inner = Starlette(routes=site_routes(site))

    async def watched(scope: Any, receive: Any, send: Any) -> None:
        if seen is not None:
            seen.append(scope["path"])
        await inner(scope, receive, send)

    async def send() -> httpx.Response:
        transport = httpx.ASGITransport(app=OnePathForFiles(watched, site))
        async with httpx.AsyncClient(transport=transport, base_url="http://service") as client:
            return await client.get(path, headers={"Accept-Encoding": "identity"} | (headers or {}))

    return asyncio.run(send())


@pytest.mark.parametrize("path", ["/", "/docs"])
def test_a_page_lets_nothing_but_its_own_files_run(site: Site, path: str) -> None:
    """The policy names this service alone, forbids inline script, and the page is looked up at every visit."""
    answer = ask(site, path)
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    policy = dict(rule.split(" ", 1) for rule in answer.headers["Content-Security-Policy"].split("; "))
    assert policy["default-src"] == "'none'"
    assert {policy[name] for name in ("script-src", "style-src", "connect-src")} == {"'self'"}
    assert policy["img-src"] == "'self' blob: data:"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "no-cache"


def test_files_are_kept_for_ever(site: Site) -> None:
    """Their address holds their content's digest."""
    for path, file in site.files.items():
        answer = ask(site, path)
        assert (answer.status_code, answer.content) == (200, file.content)
        assert "immutable" in answer.headers["Cache-Control"]


def test_what_is_compressed_is_the_same(site: Site) -> None:
    """Whoever takes gzip gets it, under another tag than who does not."""
    plain, zipped = ask(site, "/"), ask(site, "/", {"Accept-Encoding": "br, gzip"})
    assert zipped.headers["Content-Encoding"] == "gzip"
    assert int(zipped.headers["Content-Length"]) < int(plain.headers["Content-Length"]) / 2
    assert zipped.content == plain.content == gzip.decompress(site.pages["/"].compressed)
    assert plain.headers["ETag"] != zipped.headers["ETag"]
    assert plain.headers["Vary"] == zipped.headers["Vary"] == "Accept-Encoding"


def test_a_page_that_did_not_change_is_not_sent_again(site: Site) -> None:
    """With its tag the answer is 304 and empty."""
    tag = ask(site, "/").headers["ETag"]
    again = ask(site, "/", {"If-None-Match": tag})
    assert (again.status_code, again.content, again.headers["ETag"]) == (304, b"", tag)
    assert ask(site, "/", {"If-None-Match": '"another"'}).status_code == 200


def test_files_have_one_name(site: Site) -> None:
    """What counts and logs requests sees the same path for all of them."""
    seen: list[str] = []
    for path in site.files:
        ask(site, path, seen=seen)
    assert set(seen) == {FILES_PATH}


@pytest.mark.parametrize("path", [FILES_PATH, "/page/0123456789ab/main.js", "/page/../service.py"])
def test_what_is_no_file_is_not_found(site: Site, path: str) -> None:
    """Neither the shared name itself nor a version that is gone, and nothing beside the page's folder."""
    assert ask(site, path).status_code == 404
