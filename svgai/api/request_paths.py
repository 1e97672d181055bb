"""
The path of a request as the application sees it, and the prefix that a proxy put before it.

Paths that do not exist share one name, so that clients cannot create metric labels. Paths must match exactly: one with
an extra slash, or with `%2f` for a slash, does not exist.
"""

import re
from collections.abc import Collection, MutableMapping
from typing import Any

from starlette.datastructures import Headers

from svgai.api.gateway import App, Receive, Send

NOWHERE = "/unknown"
PREFIX_FORM = r"(/[A-Za-z0-9._~-]+)*"
"""Of the prefix of all paths: nothing that could lead to another host."""

PREFIX_HEADER = "X-Forwarded-Prefix"

_LONGEST_PREFIX = 200
_PREFIX = re.compile(PREFIX_FORM)
_STATE_KEY = "svgai.api.prefix"


class RequestPaths:
    """
    ASGI middleware around everything that may use a request's path as a label.

    Args:
        paths: those that exist.
        root_path: what a proxy puts before all paths; it may pass requests on with it or without.
    """

    def __init__(self, app: App, paths: Collection[str], root_path: str = "") -> None:
        self._app = app
        self._paths = paths
        self._root_path = root_path

    async def __call__(self, scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
        if "path" in scope:
            path = scope["path"]
            plain = b"%2f" not in (scope.get("raw_path") or b"").lower()
            if self._root_path and path.startswith(f"{self._root_path}/"):
                path = path.removeprefix(self._root_path)
            if path not in self._paths or not plain:
                path = NOWHERE
            if path != scope["path"]:
                scope = {**scope, "path": path, "raw_path": path.encode()}
            scope.setdefault("state", {})[_STATE_KEY] = self._root_path
        await self._app(scope, receive, send)


def prefix_of(scope: MutableMapping[str, Any]) -> str:
    """What stands before the paths of this service to the client of a request: a proxy's word, else ROOT_PATH."""
    forwarded = Headers(scope=scope).get(PREFIX_HEADER, "").rstrip("/")
    if forwarded and len(forwarded) <= _LONGEST_PREFIX and _PREFIX.fullmatch(forwarded):
        return forwarded
    return str(scope.get("state", {}).get(_STATE_KEY, ""))
