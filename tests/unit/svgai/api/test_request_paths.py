"""The path of a request, and the prefix of a proxy."""

import asyncio
from collections.abc import MutableMapping
from typing import Any

import pytest

from svgai.api.request_paths import NOWHERE, RequestPaths, prefix_of


async def _nothing(*_: object) -> MutableMapping[str, Any]:
    return {}


async def _sent(_: MutableMapping[str, Any]) -> None: ...


def _seen(scope: dict[str, Any], root_path: str = "") -> MutableMapping[str, Any]:
    seen: list[MutableMapping[str, Any]] = []

    async def app(scope: MutableMapping[str, Any], _receive: Any, _send: Any) -> None:
        seen.append(scope)

    asyncio.run(RequestPaths(app, {"/", "/api/convert"}, root_path)(scope, _nothing, _sent))
    return seen[0]


@pytest.mark.parametrize(
    "path,shown",
    [
        ("/", "/"),
        ("/api/convert", "/api/convert"),
        ("/api/convert/", NOWHERE),
        ("//api/convert", NOWHERE),
        ("/made-up", NOWHERE),
        ("", NOWHERE),
    ],
)
@pytest.mark.parametrize("kind", ["http", "websocket"])
def test_what_does_not_exist_has_one_name(path: str, shown: str, kind: str) -> None:
    """A path that exists goes on as it is; every other becomes the same one."""
    assert _seen({"type": kind, "path": path})["path"] == shown


def test_an_escaped_slash_is_no_slash() -> None:
    """The path as it was sent counts."""
    assert _seen({"type": "http", "path": "/api/convert", "raw_path": b"/api%2fconvert"})["path"] == NOWHERE


@pytest.mark.parametrize(
    "path,shown",
    [("/svg/api/convert", "/api/convert"), ("/api/convert", "/api/convert"), ("/svg/", "/"), ("/svgx", NOWHERE)],
)
def test_a_proxy_may_keep_its_prefix_or_not(path: str, shown: str) -> None:
    """With ROOT_PATH a path is the same with it and without."""
    assert _seen({"type": "http", "path": path}, "/svg")["path"] == shown


@pytest.mark.parametrize(
    "forwarded,prefix",
    [
        ("", "/svg"),
        ("/other", "/other"),
        ("/other/", "/other"),
        ("//evil.example", "/svg"),
        ("https://evil.example", "/svg"),
        ("/a" * 200, "/svg"),
    ],
)
def test_a_proxys_word_goes_first_where_it_is_a_path(forwarded: str, prefix: str) -> None:
    """X-Forwarded-Prefix stands in place of ROOT_PATH, unless it could lead elsewhere."""
    headers = [(b"x-forwarded-prefix", forwarded.encode())] if forwarded else []
    seen = _seen({"type": "http", "path": "/", "headers": headers}, "/svg")
    assert prefix_of(seen) == prefix


def test_what_is_no_request_goes_on() -> None:
    """The start and the end of the service have no path."""
    assert _seen({"type": "lifespan"}) == {"type": "lifespan"}
