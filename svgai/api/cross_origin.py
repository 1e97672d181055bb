"""Answers that pages of other origins may read (CORS), refusals among them."""

from starlette.datastructures import Headers
from starlette.middleware.cors import CORSMiddleware
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp

from svgai.api.error_responses import error_json
from svgai.api.requests.request_record import begin_record
from svgai.api.security_headers import add_security_headers

_PREFLIGHT_KEPT_S = 600


class CrossOrigin(CORSMiddleware):
    """
    Starlette's CORS, to stand around everything else; a preflight that it refuses has our error shape.

    Args:
        origins: as browsers send them, or `*` for any.
        exposed: names of headers that pages may read.
    """

    def __init__(self, app: ASGIApp, origins: tuple[str, ...], exposed: tuple[str, ...]) -> None:
        super().__init__(
            app,
            allow_origins=origins,
            allow_methods=("GET", "POST"),
            # Nothing rides on cookies: who has a key may send what it likes.
            allow_headers=("*",),
            expose_headers=exposed,
            max_age=_PREFLIGHT_KEPT_S,
        )

    def preflight_response(self, request_headers: Headers) -> Response:
        response = super().preflight_response(request_headers)
        record = begin_record({"method": "OPTIONS"}, request_headers.get("x-request-id"), "preflight")
        add_security_headers(response.headers, record.method)
        response.headers["X-Request-ID"] = record.request_id
        if response.status_code < 400:
            return response
        text = f"{bytes(response.body).decode()}; CORS_ORIGINS says who may ask"
        refused: JSONResponse = error_json(response.status_code, "invalid_request", text, record)
        for name, value in response.headers.items():
            if name not in {"content-length", "content-type"}:
                refused.headers[name] = value
        return refused
