"""Paths that do not exist share one name, so that no client can make up labels of metrics."""

from collections.abc import Collection, MutableMapping
from typing import Any

from svgai.api.gateway import App, Receive, Send

NOWHERE = "/unknown"


class KnownPaths:
    """ASGI middleware around everything that may take a request's path for a label."""

    def __init__(self, app: App, paths: Collection[str]) -> None:
        self._app = app
        self._paths = paths

    async def __call__(self, scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
        # With one slash too many a path leads to the right one.
        if "path" in scope and scope["path"] not in self._paths and scope["path"].removesuffix("/") not in self._paths:
            scope = {**scope, "path": NOWHERE, "raw_path": NOWHERE.encode()}
        await self._app(scope, receive, send)
