"""The routes of the HTTP API, the form that each reads, and its answers."""

from collections.abc import Callable, Sequence
from typing import Any

from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import Response
from werkzeug.datastructures import MIMEAccept
from werkzeug.http import parse_accept_header

from svgai.api.error_responses import error_json
from svgai.api.gateway import HEALTH_ROUTES
from svgai.api.log_lines import log_conversion
from svgai.api.requests.request_record import RequestRecord, record_of
from svgai.api.schemas.answers import BatchAnswer, ClassifyAnswer, ConvertAnswer, ItemFault, OptimizeAnswer
from svgai.api.schemas.image_forms import ApiForm, ClassifyForm, ConvertForm, ImagesForm, OptimizeForm
from svgai.page.site_answers import PAGE_ROUTES

FORMS: dict[str, type[ApiForm]] = {"classify": ClassifyForm, "optimize": OptimizeForm, "convert": ConvertForm}
"""The form of each API method that BentoML knows."""

OPEN_ROUTES = HEALTH_ROUTES | PAGE_ROUTES
"""Every path that needs no API key: a browser cannot send one before it has loaded the page that asks for it."""

_OTHERS = {"/docs.json", "/metrics", "/api/ai-status", "/api/feedback", "/api/vtracer"}
ROUTES = OPEN_ROUTES | _OTHERS | {f"/api/{name}" for name in FORMS}
"""All paths of the API."""

JSON_TYPE, SVG_TYPE = "application/json", "image/svg+xml"
_OFFERED = {kind + charset: kind for charset in ("", ";charset=utf-8") for kind in (JSON_TYPE, SVG_TYPE)}
"""Both types, with and without their charset."""

_NUMBERS: dict[str, Callable[[ConvertAnswer], str]] = {
    "SSIM": lambda answer: f"{answer.quality.ssim:.4f}",
    "Worst": lambda answer: f"{answer.quality.worst:.4f}",
    "Edge-SSIM": lambda answer: f"{answer.quality.edge_ssim:.4f}",
    "Delta-E": lambda answer: f"{answer.quality.delta_e:.3f}",
    "Bytes": lambda answer: str(answer.quality.bytes),
    "Paths": lambda answer: str(answer.quality.paths),
    "Measured-Px": lambda answer: str(answer.quality.measured_px),
    "Target-Quality": lambda answer: f"{answer.target_quality:.4f}",
    "Min-Worst": lambda answer: f"{answer.min_worst:.4f}",
    "Met-Target": lambda answer: str(answer.met_target).lower(),
    "Missed": lambda answer: ",".join(answer.missed),
    "Trials": lambda answer: str(answer.trials),
    "Type": lambda answer: answer.type or "unknown",
    "AI": lambda answer: answer.ai,
    "Cached": lambda answer: str(answer.cached).lower(),
    "Conversion-Id": lambda answer: answer.conversion_id,
    "Model-Version": lambda answer: answer.model_version,
    "Parameters": lambda answer: answer.parameters.model_dump_json(),
}

_ARM = "X-SVGAI-Arm"
"""Only where there is an experiment."""

EXPOSED_HEADERS = ("X-Request-ID", "Retry-After", *(f"X-SVGAI-{name}" for name in _NUMBERS), _ARM)
"""Headers of answers that CORS_ORIGINS lets pages of other origins read."""


def batch_response(
    form: ImagesForm[Any], results: Sequence[ClassifyAnswer | OptimizeAnswer | ItemFault], record: RequestRecord
) -> Response:
    """The answer to a single image (its fault becomes the error) or to a list of them."""
    record.images = len(results)
    if form.is_list:
        return json_response(BatchAnswer(results=list(results)))
    (result,) = results
    if isinstance(result, ItemFault):
        record.detail = result.detail
        return error_json(result.status, result.error.code, result.error.message, record)
    record.logo_type, record.model_version = result.type, result.model_version
    return json_response(result)


def convert_response(answer: ConvertAnswer, request: Request) -> Response:
    """The answer to a conversion: JSON, or the SVG itself where the client prefers that."""
    log_conversion(record_of(request.scope), answer)
    if preferred_type(",".join(request.headers.getlist("accept"))) == JSON_TYPE:
        return json_response(answer)
    headers = {f"X-SVGAI-{name}": text(answer) for name, text in _NUMBERS.items()}
    if answer.arm:
        headers[_ARM] = answer.arm
    return Response(answer.svg, media_type=SVG_TYPE, headers=headers)


def preferred_type(accept: str) -> str:
    """JSON_TYPE or SVG_TYPE, by an Accept header; JSON where the client states no preference."""
    return _OFFERED[parse_accept_header(accept, MIMEAccept).best_match(_OFFERED, default=JSON_TYPE)]


def json_response(answer: BaseModel) -> Response:
    """An answer as JSON."""
    return Response(answer.model_dump_json(), media_type=JSON_TYPE)
