"""Cross-origin requests (CORS): the headers are on every answer, errors too."""

from starlette.datastructures import Headers, MutableHeaders
from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from svgai.api.requests.request_record import answer_at_once, refuse
from svgai.errors import InvalidRequest

_PREFLIGHT_KEPT_S = 600
_OF_A_BODY = frozenset({"content-length", "content-type"})


class CrossOrigin(CORSMiddleware):
    """
    Starlette's CORS middleware, around all others; preflights are answered further inside, where requests are logged.

    Args:
        origins: as browsers send them, or `*` for any.
        exposed: names of headers that pages may read.
    """

    def __init__(self, app: ASGIApp, origins: tuple[str, ...], exposed: tuple[str, ...]) -> None:
        super().__init__(
            app,
            allow_origins=origins,
            allow_methods=("GET", "POST"),
            # No cookies are used, so a client with a key may send any header.
            allow_headers=("*",),
            expose_headers=exposed,
            max_age=_PREFLIGHT_KEPT_S,
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if not _is_preflight(scope):
            await super().__call__(scope, receive, send)
            return
        response = self.preflight_response(Headers(scope=scope))
        if response.status_code < 400:
            answer_at_once(scope, response)
        else:
            refuse(scope, InvalidRequest(f"{bytes(response.body).decode()}; CORS_ORIGINS says who may ask"))

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in response.headers.items():
                    if name not in _OF_A_BODY:
                        headers[name] = value
            await send(message)

        await self.app(scope, receive, send_with_headers)


def _is_preflight(scope: Scope) -> bool:
    if scope["type"] != "http" or scope["method"] != "OPTIONS":
        return False
    headers = Headers(scope=scope)
    return "origin" in headers and "access-control-request-method" in headers
