"""Errors as HTTP answers: the one JSON error format, and our error class for a status that a framework chose."""

from http import HTTPStatus

from starlette.responses import JSONResponse

from svgai.api.log_lines import log_error
from svgai.api.requests.request_record import RequestRecord
from svgai.errors import (
    ConversionTimeout,
    HeadersTooLarge,
    InvalidParameters,
    InvalidRequest,
    MethodNotAllowed,
    NotFound,
    NotReady,
    Overloaded,
    RequestTimeout,
    SvgAiError,
    TooLarge,
    Unauthorized,
    UnsupportedMediaType,
    UriTooLong,
)

_MEANING_OF_STATUS: dict[int, SvgAiError] = {
    400: InvalidRequest("the request is not valid"),
    401: Unauthorized("a valid API key is needed"),
    404: NotFound("there is nothing at this path; GET /docs.json lists what there is"),
    405: MethodNotAllowed("this path does not answer this method"),
    408: RequestTimeout("the request took too long to arrive"),
    413: TooLarge("the request is too large"),
    414: UriTooLong("the address of the request is too long"),
    415: UnsupportedMediaType("this content type is not accepted"),
    422: InvalidParameters("a parameter is out of its range"),
    429: Overloaded("the server is busy; try again shortly"),
    431: HeadersTooLarge("the headers of the request are too large"),
    503: NotReady("the service is not ready"),
    504: ConversionTimeout("the request took too long"),
}


def fault_of_status(status: int) -> SvgAiError:
    """The fault for an HTTP status from 400 on."""
    return _MEANING_OF_STATUS.get(status, SvgAiError(HTTPStatus(status).phrase.lower()))


def fault_of_exception(exception: Exception, record: RequestRecord) -> SvgAiError:
    """The error to report for an exception; an unexpected one is logged, and its details are not sent to the client."""
    if isinstance(exception, SvgAiError) and (exception.status != 500 or exception.code != "internal_error"):
        return exception
    log_error(record, exception)
    return SvgAiError("an unexpected error; the server's log has the details under this request_id")


def error_response(fault: SvgAiError, record: RequestRecord) -> JSONResponse:
    """The HTTP answer for a fault, noted in the request's record."""
    record.detail = fault.detail
    response = error_json(fault.status, fault.code, fault.message, record)
    if isinstance(fault, Overloaded):
        response.headers["Retry-After"] = str(fault.retry_after_s)
    if isinstance(fault, Unauthorized):
        response.headers["WWW-Authenticate"] = "Bearer"
    return response


def error_json(status: int, code: str, message: str, record: RequestRecord) -> JSONResponse:
    """The one error format."""
    record.error_code = code
    return JSONResponse(
        {"error": {"code": code, "message": message, "request_id": record.request_id}}, status_code=status
    )
