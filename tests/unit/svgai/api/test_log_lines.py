"""The lines that tell of requests."""

import json
import logging
from typing import Any

import pytest

from svgai.api.log_lines import log_conversion, log_error, log_request
from svgai.api.requests.request_record import RequestRecord, begin_record, note_trace
from svgai.api.schemas.answers import ConvertAnswer, MeasuredQuality
from svgai.serve.logs.log_setup import formatter
from svgai.trace.parameters import TracingParameters

TRACE = "ab" * 16
ANSWER = ConvertAnswer(
    svg="<svg/>",
    parameters=TracingParameters(),
    quality=MeasuredQuality(ssim=0.98765, worst=0.81234, edge_ssim=1, delta_e=0, bytes=912, paths=1, measured_px=9),
    target_quality=0.9,
    min_worst=0.8,
    met_target=False,
    missed=["worst", "bytes"],
    trials=1,
    type="text",
    ai="used",
    cached=True,
    conversion_id="c",
    model_version="classifier:1,optimizer:2",
)


def _line(caplog: pytest.LogCaptureFixture, logger: str) -> dict[str, Any]:
    (record,) = (record for record in caplog.records if record.name == logger)
    line: dict[str, Any] = json.loads(formatter("json").format(record))
    return line


def test_a_request_is_one_line_with_what_is_known_of_it(caplog: pytest.LogCaptureFixture) -> None:
    """What is not known is left out, not empty."""
    record = RequestRecord("id-1", "GET", "/livez", status=200, bytes_out=3)
    with caplog.at_level(logging.INFO):
        log_request(record)
    line = _line(caplog, "svgai.request")
    assert line.pop("ms") >= 0
    assert {name: line[name] for name in line.keys() - {"time", "level", "logger", "message"}} == {
        "request_id": "id-1",
        "method": "GET",
        "path": "/livez",
        "status": 200,
        "bytes_in": 0,
        "bytes_out": 3,
    }


def test_the_line_of_a_conversion_says_what_it_came_to(caplog: pytest.LogCaptureFixture) -> None:
    """Figures, versions, what was missed and whether it was cached; never the SVG."""
    scope: dict[str, Any] = {"method": "POST"}
    note_trace(scope, TRACE)
    record = begin_record(scope, "id-2", "/api/convert")
    log_conversion(record, ANSWER)
    with caplog.at_level(logging.INFO):
        log_request(record)
    line = _line(caplog, "svgai.request")
    assert (line["type"], line["model_version"], line["cached"]) == ("text", ANSWER.model_version, True)
    assert (line["ssim"], line["worst"], line["svg_bytes"], line["missed"]) == (0.9877, 0.8123, 912, "worst,bytes")
    assert line["trace_id"] == TRACE
    assert "<svg" not in json.dumps(line)


def test_what_nobody_foresaw_is_told_with_its_traceback(caplog: pytest.LogCaptureFixture) -> None:
    """Under the request's id, in one line of JSON."""
    try:
        raise LookupError("nobody foresaw this")
    except LookupError as fault:
        log_error(RequestRecord("id-3", "POST", "/api/convert"), fault)
    line = _line(caplog, "svgai.errors")
    assert (line["request_id"], line["path"], line["level"]) == ("id-3", "/api/convert", "ERROR")
    assert "LookupError: nobody foresaw this" in line["traceback"]
