"""Calls of the service's API, and what its metrics say of the batches that it made."""

import base64
import json
import urllib.request
from collections.abc import Sequence

from prometheus_client.parser import text_string_to_metric_families

from loadtests.servers import direct
from loadtests.servers.traffic import Call

_BATCH_SIZE = "bentoml_service_adaptive_batch_size"


def api_calls(url: str, api: str, images: Sequence[bytes]) -> list[Call]:
    """A call of one API for each image, in base64."""
    return [
        Call(f"{url}/api/{api}", json.dumps({"image": base64.b64encode(image).decode()}).encode()) for image in images
    ]


def post(call: Call) -> bytes:
    """Send one call past any proxy, and give its answer."""
    request = urllib.request.Request(call.url, call.body, {"Content-Type": "application/json"})  # noqa: S310
    with direct.opener.open(request, timeout=30) as response:
        return bytes(response.read())


def batches(url: str, api: str) -> tuple[float, float]:
    """Batches of an API so far, and the requests in them."""
    with direct.opener.open(f"{url}/metrics", timeout=10) as response:
        text = response.read().decode()
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
