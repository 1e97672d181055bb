"""
Checks of answers, by call. A check returns what is wrong with an answer, or None.

A fault's text contains no value of an answer, so that equal faults are counted together in reports.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from svgai.logo_types import LOGO_TYPES


@dataclass(frozen=True)
class Answer:
    """An answer: `headers` are by their names in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


Check = Callable[[Answer], str | None]


def classified(answer: Answer) -> str | None:
    """One image's type, with its probabilities."""
    return _json(answer, _classification)


def optimized(target: float | None) -> Check:
    """One image's proposed tracing; with a requested target, for exactly that one."""
    return lambda answer: _json(answer, lambda body: _proposal(body, target))


def each_classified(bad: frozenset[int], count: int) -> Check:
    """A list of the given number of types, with an error in place of each bad image."""
    return lambda answer: _json(answer, lambda body: _results(body, bad, count, _classification))


def each_optimized(bad: frozenset[int], count: int, target: float | None) -> Check:
    """A list of the given number of proposals, with an error in place of each bad image."""
    return lambda answer: _json(answer, lambda body: _results(body, bad, count, lambda one: _proposal(one, target)))


def converted(target: float | None) -> Check:
    """An SVG in JSON whose figures agree with each other; with a requested target, for exactly that one."""
    return lambda answer: _json(answer, lambda body: _conversion(body, target))


def converted_plainly(answer: Answer) -> str | None:
    """The SVG itself, its figures in headers."""
    if answer.status != 200:
        return _refusal(answer)
    if not answer.headers.get("content-type", "").startswith("image/svg+xml"):
        return "the content type is not that of an SVG"
    if not _is_svg(answer.body):
        return "the body does not start like an SVG"
    if answer.headers.get("x-svgai-bytes") != str(len(answer.body)):
        return "X-SVGAI-Bytes is not the length of the SVG"
    if answer.headers.get("x-svgai-met-target") not in {"true", "false"}:
        return "X-SVGAI-Met-Target is neither true nor false"
    return None


def refused(status: int, code: str) -> Check:
    """An error with this status and code: anything else, especially a success, is wrong."""

    def check(answer: Answer) -> str | None:
        if answer.status == status and _error_code(answer) == code:
            return None
        return f"{_described(answer)} in place of {status} {code}"

    return check


def _json(answer: Answer, fault_of: Callable[[Any], str | None]) -> str | None:
    if answer.status != 200:
        return _refusal(answer)
    try:
        return fault_of(json.loads(answer.body))
    except ValueError:
        return "the body is not JSON"
    except (KeyError, TypeError, AttributeError, IndexError):
        return "the body lacks a field, or one has another form"


def _classification(body: Any) -> str | None:
    if body["type"] not in LOGO_TYPES:
        return "the type is none of the four"
    if abs(sum(body["probabilities"].values()) - 1) > 1e-3:
        return "the probabilities do not sum to 1"
    if abs(body["probabilities"][body["type"]] - body["confidence"]) > 1e-6:
        return "the confidence is not the probability of the type"
    return None


def _proposal(body: Any, target: float | None) -> str | None:
    if body["type"] not in LOGO_TYPES:
        return "the type is none of the four"
    if not body["parameters"] or not body["candidates"]:
        return "no tracing is proposed"
    if body["predicted"]["bytes"] <= 0:
        return "the predicted size is not positive"
    return _target(body, target)


def _conversion(body: Any, target: float | None) -> str | None:
    svg, quality = body["svg"].encode(), body["quality"]
    if not _is_svg(svg):
        return "the svg does not start like one"
    if quality["bytes"] != len(svg):
        return "quality.bytes is not the length of the SVG"
    if not isinstance(body["met_target"], bool):
        return "met_target is neither true nor false"
    if body["met_target"] != (not body["missed"]):
        return "met_target and missed do not agree"
    for measure, least in (("ssim", "target_quality"), ("worst", "min_worst")):
        asked = body[least] != 0
        if asked and quality[measure] < body[least] and measure not in body["missed"]:
            return f"{measure} lies below {least}, and is not among what was missed"
    return _target(body, target)


def _target(body: Any, target: float | None) -> str | None:
    if target is None:
        return None if 0 < body["target_quality"] <= 1 else "target_quality is not between 0 and 1"
    return None if body["target_quality"] == target else "target_quality is not what was asked for"


def _results(body: Any, bad: frozenset[int], count: int, fault_of: Callable[[Any], str | None]) -> str | None:
    if len(body["results"]) != count:
        return "the list has another length than the images"
    for place, result in enumerate(body["results"]):
        if ("error" in result) != (place in bad):
            return "a good image failed" if "error" in result else "a bad image did not fail"
        if place not in bad and (fault := fault_of(result)):
            return fault
    return None


def _is_svg(data: bytes) -> bool:
    return data.startswith(b"<svg") and data.rstrip().endswith(b"</svg>")


def _refusal(answer: Answer) -> str:
    return f"{_described(answer)} in place of 200"


def _described(answer: Answer) -> str:
    return f"{answer.status} {_error_code(answer)}".strip()


def _error_code(answer: Answer) -> str:
    try:
        return str(json.loads(answer.body)["error"]["code"])
    except (ValueError, KeyError, TypeError):
        return ""
