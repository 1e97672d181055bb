"""The web page over HTTP: its two pages and their files, with the headers that browsers need for them."""

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from svgai.page.site import FILES_PATH, PAGES, Site, SiteFile

PAGE_ROUTES = frozenset({*PAGES, FILES_PATH})
"""All paths of the page, with its files as one."""

PAGE_HEADERS = {
    # Only files of this service run or style the page; an SVG is shown as an image, in which nothing runs.
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; connect-src 'self'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}

_LOOKED_UP, _KEPT = "no-cache", "public, max-age=31536000, immutable"
_ASKED = "svgai.page_file"

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]


class OnePathForFiles:
    """ASGI middleware that gives all files of the page one path, so that logs and metrics have one name for them."""

    def __init__(self, app: App, site: Site) -> None:
        self._app = app
        self._files = site.files

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"] in self._files:
            scope = {**scope, "path": FILES_PATH, "raw_path": FILES_PATH.encode(), _ASKED: scope["path"]}
        await self._app(scope, receive, send)


def site_routes(site: Site) -> list[BaseRoute]:
    """The routes of the pages and of their files."""

    async def page(request: Request) -> Response:
        return _answer(request, site.pages[request.scope["path"]], _LOOKED_UP)

    async def file(request: Request) -> Response:
        found = site.files.get(request.scope.get(_ASKED, ""))
        if found is None:
            raise HTTPException(404)
        return _answer(request, found, _KEPT)

    return [*(Route(path, page, methods=["GET"]) for path in site.pages), Route(FILES_PATH, file, methods=["GET"])]


def _answer(request: Request, file: SiteFile, caching: str) -> Response:
    compressed = "gzip" in request.headers.get("accept-encoding", "")
    etag = f'"{file.etag}-gzip"' if compressed else f'"{file.etag}"'
    headers = {**PAGE_HEADERS, "Cache-Control": caching, "ETag": etag, "Vary": "Accept-Encoding"}
    if etag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    if compressed:
        headers["Content-Encoding"] = "gzip"
    return Response(file.compressed if compressed else file.content, media_type=file.media_type, headers=headers)
