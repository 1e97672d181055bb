"""The requests that load tests send: their shares, and that the service reads them as they are meant."""

import asyncio
from collections import Counter
from collections.abc import Callable
from random import Random
from typing import Any

import pytest
from starlette.requests import Request

from loadtests.objectives.request_mix import (
    CLASSIFY,
    CONVERT,
    INVALID,
    OPTIMIZE,
    PreparedRequest,
    RequestMix,
    request_mix,
)
from svgai.api.requests.request_forms import read_form
from svgai.api.schemas.image_forms import ApiForm, ClassifyForm, ConvertForm, OptimizeForm
from svgai.decode.image_files import decode_image
from svgai.decode.pixels import encode_png
from svgai.errors import SvgAiError
from tests.fakes.tiny_models import drawn_logo

FORMS: dict[str, type[ApiForm]] = {CLASSIFY: ClassifyForm, OPTIMIZE: OptimizeForm, CONVERT: ConvertForm}


@pytest.fixture(scope="module")
def mix() -> RequestMix:
    files = [encode_png(drawn_logo(seed, 24)) for seed in range(20)]
    return request_mix(files * 20, Random(1))


def form_of(request: PreparedRequest) -> Any:
    """The request as the service reads it."""

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": request.body, "more_body": False}

    headers = [(name.lower().encode(), value.encode()) for name, value in request.headers.items()]
    scope = {"type": "http", "method": "POST", "path": request.path, "headers": headers}
    return asyncio.run(read_form(Request(scope, receive), FORMS[request.path]))


def share(requests: tuple[PreparedRequest, ...], of: Callable[[PreparedRequest], bool]) -> float:
    return sum(map(of, requests)) / len(requests)


def test_the_service_reads_every_good_request(mix: RequestMix) -> None:
    """As a form of the call it goes to."""
    for request in (*mix.classify[:60], *mix.optimize[:60], *mix.convert[:60]):
        assert form_of(request).model_fields_set


def test_requests_vary_as_those_of_clients_do(mix: RequestMix) -> None:
    """Some are multipart, lists, with a target, or ask for the SVG itself; most are none of these."""
    assert share(mix.classify, lambda one: one.name.endswith(" list")) == pytest.approx(0.1, abs=0.05)
    assert share(mix.optimize, lambda one: b'"target_quality"' in one.body) == pytest.approx(0.3, abs=0.08)
    assert share(mix.convert, lambda one: "multipart" in one.headers["Content-Type"]) == pytest.approx(0.1, abs=0.05)
    assert share(mix.convert, lambda one: "Accept" in one.headers) == pytest.approx(0.25, abs=0.08)


def test_lists_are_counted_apart(mix: RequestMix) -> None:
    """Their times would make single requests look slow."""
    for request in (*mix.classify, *mix.optimize):
        assert request.name.endswith(" list") == (b'{"images": ' in request.body)


def test_wrong_requests_are_wrong_in_many_ways(mix: RequestMix) -> None:
    """What the service says of each is what its check waits for; images are looked at later than forms."""
    told: Counter[str] = Counter()
    for request in mix.invalid[:7]:
        assert request.name == INVALID
        try:
            form = form_of(request)
        except SvgAiError as fault:
            told[fault.code] += 1
        else:
            image = form.image if isinstance(form.image, bytes) else b""
            with pytest.raises(SvgAiError):
                decode_image(image)
            told["image"] += 1
    assert told == {"image": 3, "invalid_parameters": 2, "invalid_request": 1, "unsupported_media_type": 1}


def test_a_seed_gives_the_same_requests() -> None:
    """Two load tests send the same."""
    files = [encode_png(drawn_logo(seed, 24)) for seed in range(12)]
    first, again = (request_mix(files, Random(5)) for _ in range(2))
    assert [request.body for request in first.convert] == [request.body for request in again.convert]
