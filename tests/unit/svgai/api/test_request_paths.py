"""Paths that do not exist."""

import asyncio
from collections.abc import MutableMapping
from typing import Any

import pytest

from svgai.api.request_paths import NOWHERE, RequestPaths


async def _nothing(*_: object) -> MutableMapping[str, Any]:
    return {}


async def _sent(_: MutableMapping[str, Any]) -> None: ...


def _seen(scope: dict[str, Any]) -> MutableMapping[str, Any]:
    seen: list[MutableMapping[str, Any]] = []

    async def app(scope: MutableMapping[str, Any], _receive: Any, _send: Any) -> None:
        seen.append(scope)

    asyncio.run(RequestPaths(app, {"/", "/api/convert"})(scope, _nothing, _sent))
    return seen[0]


@pytest.mark.parametrize(
    "path,shown",
    [
        ("/", "/"),
        ("/api/convert", "/api/convert"),
        ("/api/convert/", "/api/convert/"),
        ("/api/convert//", NOWHERE),
        ("/made-up", NOWHERE),
        ("", NOWHERE),
    ],
)
@pytest.mark.parametrize("kind", ["http", "websocket"])
def test_what_does_not_exist_has_one_name(path: str, shown: str, kind: str) -> None:
    """A path that exists goes on as it is, also with a slash behind it; every other becomes the same one."""
    assert _seen({"type": kind, "path": path})["path"] == shown


def test_what_is_no_request_goes_on() -> None:
    """The start and the end of the service have no path."""
    assert _seen({"type": "lifespan"}) == {"type": "lifespan"}
