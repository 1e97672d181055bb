"""Answers of the API: single and list forms, faults among them, SVG instead of JSON."""

import json
from typing import Any

import pytest
from starlette.requests import Request

from svgai.api.answers import batch_response, convert_response
from svgai.api.requests.request_record import RequestRecord, begin_record, record_of
from svgai.api.schemas.answers import (
    ClassifyAnswer,
    ConvertAnswer,
    ErrorBody,
    ItemFault,
    MeasuredQuality,
    Probabilities,
)
from svgai.api.schemas.image_forms import ClassifyForm
from svgai.measure.promise import Measure
from svgai.trace.parameters import TracingParameters

ANSWER = ClassifyAnswer(
    type="text",
    confidence=0.7,
    probabilities=Probabilities(simple=0.1, text=0.7, gradient=0.1, complex=0.1),
    model_version="3",
)
FAULT = ItemFault(error=ErrorBody(code="invalid_image", message="damaged"), status=400)


def _record() -> RequestRecord:
    return begin_record({"method": "POST"}, "id-1", "/api/classify")


def test_a_single_answer_is_an_object() -> None:
    """One image is answered with its object; type and version go into the log."""
    record = _record()
    body = json.loads(bytes(batch_response(ClassifyForm(image="a"), [ANSWER], record).body))
    assert body["type"] == "text"
    assert (record.logo_type, record.model_version, record.images) == ("text", "3", 1)


def test_a_single_fault_is_the_error() -> None:
    """The fault of the only image is the request's."""
    response = batch_response(ClassifyForm(image="a"), [FAULT], _record())
    assert response.status_code == 400
    assert json.loads(bytes(response.body)) == {
        "error": {"code": "invalid_image", "message": "damaged", "request_id": "id-1"}
    }


def test_a_list_is_answered_in_order() -> None:
    """Each place of the list has its answer or its error."""
    response = batch_response(ClassifyForm(images=["a", "b", "c"]), [ANSWER, FAULT, ANSWER], _record())
    results = json.loads(bytes(response.body))["results"]
    assert response.status_code == 200
    assert [set(result) & {"type", "error"} for result in results] == [{"type"}, {"error"}, {"type"}]
    assert results[1] == {"error": {"code": "invalid_image", "message": "damaged"}}


def _convert_answer(*missed: Measure) -> ConvertAnswer:
    return ConvertAnswer(
        svg="<svg/>",
        parameters=TracingParameters(),
        quality=MeasuredQuality(
            ssim=0.9712345, worst=0.80123, edge_ssim=0.9, delta_e=0.5, bytes=6, paths=0, measured_px=48
        ),
        target_quality=0.95,
        min_worst=0.8,
        met_target=not missed,
        missed=list(missed),
        trials=1,
        type=None,
        ai="disabled",
        conversion_id="c" * 32,
        model_version="none",
    )


def _request(*accept: str) -> Request:
    headers = [(b"accept", line.encode()) for line in accept]
    scope: dict[str, Any] = {"type": "http", "method": "POST", "headers": headers}
    begin_record(scope, None, "/api/convert")
    return Request(scope)


def test_conversions_are_json_by_default() -> None:
    """Without a wish for SVG the answer is an object."""
    response = convert_response(_convert_answer(), _request("*/*"))
    assert json.loads(bytes(response.body))["svg"] == "<svg/>"


def test_the_svg_itself_on_request() -> None:
    """With Accept: image/svg+xml the body is the SVG and the numbers are headers."""
    request = _request("image/svg+xml, */*;q=0.1")
    response = convert_response(_convert_answer(), request)
    assert (response.body, response.media_type) == (b"<svg/>", "image/svg+xml")
    assert response.headers["X-SVGAI-SSIM"] == "0.9712"
    assert response.headers["X-SVGAI-Met-Target"] == "true"
    assert response.headers["X-SVGAI-Type"] == "unknown"
    assert json.loads(response.headers["X-SVGAI-Parameters"])["upscale"] == TracingParameters().upscale
    assert response.headers["X-SVGAI-Worst"] == "0.8012"
    assert response.headers["X-SVGAI-Min-Worst"] == "0.8000"
    assert response.headers["X-SVGAI-Missed"] == ""
    assert record_of(request.scope).model_version == "none"


@pytest.mark.parametrize(
    "accept,media_type",
    [
        ("", "application/json"),
        ("*/*", "application/json"),
        ("text/html", "application/json"),
        ("application/json, image/svg+xml;q=0", "application/json"),
        ("application/json, image/svg+xml;q=0.5", "application/json"),
        ("image/svg+xml;q=nonsense", "application/json"),
        ("image/svg+xml, application/json", "application/json"),
        ("image/svg+xml", "image/svg+xml"),
        ("IMAGE/SVG+XML", "image/svg+xml"),
        ("application/json;q=0.5, image/svg+xml;q=0.9", "image/svg+xml"),
        ("image/avif,image/webp,image/*;q=0.8,*/*;q=0.5", "image/svg+xml"),
        ("image/svg+xml; charset=UTF-8", "image/svg+xml"),
        ("application/json;charset=utf-8, image/svg+xml;q=0.5", "application/json"),
    ],
)
def test_the_client_says_which_it_prefers(accept: str, media_type: str) -> None:
    """By weight, and of two that weigh the same the one that is named; JSON where nothing tells them apart."""
    assert convert_response(_convert_answer(), _request(accept)).headers["Content-Type"] == media_type


def test_all_lines_of_accept_count() -> None:
    """A header may come in several lines, which mean the same as one."""
    request = _request("application/json;q=0.5", "image/svg+xml")
    assert convert_response(_convert_answer(), request).headers["Content-Type"] == "image/svg+xml"


def test_what_was_missed_is_in_body_header_and_log() -> None:
    """The same names everywhere, in one order; the poorest place is logged with them."""
    request = _request("image/svg+xml")
    answer = _convert_answer("worst", "bytes")
    response = convert_response(answer, request)
    assert (response.headers["X-SVGAI-Missed"], response.headers["X-SVGAI-Met-Target"]) == ("worst,bytes", "false")
    record = record_of(request.scope)
    assert (record.missed, record.worst) == ("worst,bytes", 0.8012)
    body = json.loads(bytes(convert_response(answer, _request("*/*")).body))
    assert (body["missed"], body["met_target"], body["min_worst"]) == (["worst", "bytes"], False, 0.8)
