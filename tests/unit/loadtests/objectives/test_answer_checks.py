"""Which answers count as good."""

import json
from typing import Any

import pytest

from loadtests.objectives.answer_checks import (
    Answer,
    classified,
    converted,
    converted_plainly,
    each_classified,
    each_optimized,
    optimized,
    refused,
)

SVG = "<svg viewBox='0 0 1 1'></svg>"
TYPE = {
    "type": "text",
    "confidence": 0.7,
    "probabilities": {"simple": 0.1, "text": 0.7, "gradient": 0.1, "complex": 0.1},
}
PROPOSAL = {
    "type": "text",
    "target_quality": 0.9,
    "parameters": {"upscale": 2},
    "candidates": [{}],
    "predicted": {"bytes": 9},
}
QUALITY = {"ssim": 0.95, "worst": 0.85, "bytes": len(SVG)}
CONVERSION = {
    "svg": SVG,
    "target_quality": 0.9,
    "min_worst": 0.8,
    "met_target": True,
    "missed": [],
    "quality": QUALITY,
}
PLAIN = {"content-type": "image/svg+xml", "x-svgai-bytes": str(len(SVG)), "x-svgai-met-target": "true"}


def answer(body: Any, status: int = 200) -> Answer:
    return Answer(status, {"content-type": "application/json"}, json.dumps(body).encode())


def error(status: int, code: str) -> Answer:
    return answer({"error": {"code": code, "message": "", "request_id": ""}}, status)


def test_good_answers_are_good() -> None:
    """One of each kind."""
    assert classified(answer(TYPE)) is None
    assert optimized(None)(answer(PROPOSAL)) is None
    assert optimized(0.9)(answer(PROPOSAL)) is None
    assert converted(None)(answer(CONVERSION)) is None
    assert converted_plainly(Answer(200, PLAIN, SVG.encode())) is None
    assert refused(400, "invalid_image")(error(400, "invalid_image")) is None


@pytest.mark.parametrize(
    "change,told",
    [
        ({"type": "logo"}, "none of the four"),
        ({"confidence": 0.6}, "not the probability of the type"),
        ({"probabilities": {"text": 0.7}}, "do not sum to 1"),
        ({"probabilities": None}, "lacks a field"),
    ],
)
def test_a_wrong_classification_is_told(change: dict[str, Any], told: str) -> None:
    """Also where the status says that all is well."""
    assert told in str(classified(answer(TYPE | change)))


@pytest.mark.parametrize(
    "change,told",
    [
        ({"type": None}, "none of the four"),
        ({"candidates": []}, "no tracing is proposed"),
        ({"predicted": {"bytes": 0}}, "not positive"),
        ({"target_quality": 0.8}, "not what was asked for"),
    ],
)
def test_a_wrong_proposal_is_told(change: dict[str, Any], told: str) -> None:
    """A target that is not the one that was asked for, too."""
    assert told in str(optimized(0.9)(answer(PROPOSAL | change)))


@pytest.mark.parametrize(
    "change,told",
    [
        ({"svg": "<html>"}, "does not start like one"),
        ({"quality": QUALITY | {"bytes": 1}}, "not the length"),
        ({"quality": QUALITY | {"ssim": 0.85}}, "ssim lies below target_quality"),
        ({"quality": QUALITY | {"worst": 0.75}}, "worst lies below min_worst"),
        ({"missed": ["bytes"]}, "do not agree"),
        ({"met_target": False}, "do not agree"),
        ({"met_target": "yes"}, "neither true nor false"),
        ({"met_target": False, "missed": ["ssim"], "target_quality": 2}, "not between 0 and 1"),
        ({"svg": None}, "lacks a field"),
    ],
)
def test_a_wrong_conversion_is_told(change: dict[str, Any], told: str) -> None:
    """A target that was not met although the answer says so, too."""
    assert told in str(converted(None)(answer(CONVERSION | change)))


@pytest.mark.parametrize(
    "headers,body,told",
    [
        ({"content-type": "text/plain"}, SVG, "content type"),
        ({}, "<html>", "does not start"),
        ({"x-svgai-bytes": "1"}, SVG, "X-SVGAI-Bytes"),
        ({"x-svgai-met-target": ""}, SVG, "X-SVGAI-Met-Target"),
    ],
)
def test_a_wrong_svg_is_told(headers: dict[str, str], body: str, told: str) -> None:
    """Its headers are looked at as well."""
    assert told in str(converted_plainly(Answer(200, PLAIN | headers, body.encode())))


def test_lists_are_judged_place_by_place() -> None:
    """A bad image must fail, and no other may."""
    fault = {"error": {"code": "invalid_image", "message": ""}}
    check = each_classified(frozenset({1}), 2)
    assert check(answer({"results": [TYPE, fault]})) is None
    assert check(answer({"results": [TYPE, TYPE]})) == "a bad image did not fail"
    assert check(answer({"results": [fault, fault]})) == "a good image failed"
    assert "another length" in str(check(answer({"results": [TYPE]})))
    assert "not what was asked for" in str(each_optimized(frozenset(), 1, 0.8)(answer({"results": [PROPOSAL]})))


def test_errors_are_told_with_their_codes() -> None:
    """The same words for the same error, so that they can be counted."""
    assert classified(error(503, "not_ready")) == "503 not_ready in place of 200"
    assert converted_plainly(Answer(502, {}, b"<html>")) == "502 in place of 200"
    assert classified(Answer(200, {}, b"<html>")) == "the body is not JSON"


def test_a_wrong_request_must_not_succeed() -> None:
    """Neither may it end in another error than its own."""
    check = refused(400, "invalid_image")
    assert check(answer(TYPE)) == "200 in place of 400 invalid_image"
    assert check(error(500, "internal_error")) == "500 internal_error in place of 400 invalid_image"
    assert check(error(400, "invalid_request")) == "400 invalid_request in place of 400 invalid_image"
