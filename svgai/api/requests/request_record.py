"""The record of one HTTP request: filled in while it is answered, and logged at its end (`log_lines`)."""

import re
import time
import uuid
from collections.abc import Mapping, MutableMapping
from dataclasses import dataclass, field
from http import HTTPMethod
from typing import Any

from starlette.types import ASGIApp as App

from svgai.errors import SvgAiError

_STATE_KEY = "svgai.api.requests.request_record"
_TRACE_KEY = "svgai.api.trace_id"
_REFUSAL_KEY = "svgai.api.refusal"
_ANSWER_KEY = "svgai.api.answer"
_WELL_FORMED_ID = re.compile(r"[A-Za-z0-9._:-]{1,128}")
_METHODS = frozenset(method.value for method in HTTPMethod)
_OTHER_METHOD = "OTHER"


@dataclass
class RequestRecord:
    """
    One request. `path` is a route of the service or "unknown", `method` one of HTTP's or "OTHER", and `key` the name of
    an API key: never text chosen by a client. `detail` is logged in addition to an error's message, `trace_id` has 32
    hexadecimal digits.
    """

    request_id: str
    method: str
    path: str
    started: float = field(default_factory=time.perf_counter)
    key: str | None = None
    status: int = 0
    bytes_in: int = 0
    bytes_out: int = 0
    images: int | None = None
    logo_type: str | None = None
    model_version: str | None = None
    arm: str | None = None
    ssim: float | None = None
    worst: float | None = None
    svg_bytes: int | None = None
    missed: str | None = None
    cached: bool | None = None
    error_code: str | None = None
    detail: str | None = None
    trace_id: str | None = None


def begin_record(scope: MutableMapping[str, Any], header_id: str | None, path: str) -> RequestRecord:
    """Make the record of an ASGI request and keep it in its scope; a well-formed id from the client is kept."""
    accepted = header_id is not None and _WELL_FORMED_ID.fullmatch(header_id)
    request_id = header_id if accepted and header_id is not None else uuid.uuid4().hex
    state = scope.setdefault("state", {})
    record = RequestRecord(request_id=request_id, method=known_method(scope), path=path, trace_id=state.get(_TRACE_KEY))
    state[_STATE_KEY] = record
    return record


def known_method(scope: Mapping[str, Any]) -> str:
    """The method of a request, where it is one of HTTP's; any other is "OTHER"."""
    return scope["method"] if scope["method"] in _METHODS else _OTHER_METHOD


def note_trace(scope: MutableMapping[str, Any], trace_id: str) -> None:
    """Set the trace that a request belongs to, before its record is made."""
    scope.setdefault("state", {})[_TRACE_KEY] = trace_id


def record_of(scope: Mapping[str, Any]) -> RequestRecord:
    """The record of the request with this ASGI scope."""
    record = scope["state"][_STATE_KEY]
    assert isinstance(record, RequestRecord)
    return record


def refuse(scope: MutableMapping[str, Any], fault: SvgAiError) -> None:
    """Have a request answered with a fault of its connection, such as headers that are too large."""
    scope.setdefault("state", {})[_REFUSAL_KEY] = fault


def refusal_of(scope: Mapping[str, Any]) -> SvgAiError | None:
    """The fault that the connection of this request has found, if any."""
    found = scope.get("state", {}).get(_REFUSAL_KEY)
    assert found is None or isinstance(found, SvgAiError)
    return found


def answer_at_once(scope: MutableMapping[str, Any], answer: App) -> None:
    """Have a request answered with this, whatever it asks for, such as a preflight."""
    scope.setdefault("state", {})[_ANSWER_KEY] = answer


def answer_of(scope: Mapping[str, Any]) -> App | None:
    """The prepared answer to this request, if any."""
    answer: App | None = scope.get("state", {}).get(_ANSWER_KEY)
    return answer
