"""Calls of the service's API, and its batch counts from its metrics."""

import base64
import json
from collections.abc import Sequence
from typing import Any

import httpx
from prometheus_client.parser import text_string_to_metric_families

from loadtests.servers import direct
from loadtests.servers.traffic import Call
from svgai.errors import SvgAiError

JSON = {"Content-Type": "application/json"}

_ANSWER_WITHIN_S = 30.0
_BATCH_SIZE = "bentoml_service_adaptive_batch_size"


def api_calls(url: str, api: str, images: Sequence[bytes]) -> list[Call]:
    """A call of one API for each image, in base64; conversions bypass the cache."""
    options = {"cache": False} if api == "convert" else {}
    bodies = ({"image": base64.b64encode(image).decode(), **options} for image in images)
    return [Call(f"{url}/api/{api}", json.dumps(body).encode()) for body in bodies]


def post(call: Call, within_s: float = _ANSWER_WITHIN_S) -> bytes:
    """
    Send one call without a proxy, and return its answer, with a timeout in seconds.

    Raises:
        SvgAiError: There is none, or not a good one.
    """
    return _answer("POST", call.url, within_s, content=call.body, headers=JSON).content


def batches(url: str, api: str) -> tuple[float, float]:
    """
    Batches of an API so far, and the requests in them.

    Raises:
        SvgAiError: The metrics cannot be read.
    """
    text = _answer("GET", f"{url}/metrics").text
    samples = [
        sample
        for family in text_string_to_metric_families(text)
        if family.name == _BATCH_SIZE
        for sample in family.samples
        if sample.labels.get("method_name") == api
    ]
    count, requests = (
        sum(sample.value for sample in samples if sample.name == f"{_BATCH_SIZE}_{part}") for part in ("count", "sum")
    )
    return count, requests


def _answer(method: str, url: str, within_s: float = _ANSWER_WITHIN_S, **parts: Any) -> httpx.Response:
    try:
        with direct.client(within_s) as client:
            return client.request(method, url, **parts).raise_for_status()
    except httpx.HTTPError as fault:
        raise SvgAiError(f"{url} gives no good answer: {fault}") from fault
