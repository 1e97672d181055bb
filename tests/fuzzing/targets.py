"""What is fuzzed, and what must hold of it whatever comes in: each function raises AssertionError, or what got out."""

import asyncio
import json
import random
from typing import Any

import numpy as np
from pydantic import ValidationError
from starlette.requests import Request

from svgai.api.answers import FORMS
from svgai.api.error_responses import error_response
from svgai.api.requests.request_forms import read_form
from svgai.api.requests.request_record import RequestRecord
from svgai.api.schemas.image_forms import ApiForm, ImagesForm
from svgai.decode.image_files import Raster, decode_image, read_header
from svgai.decode.image_formats import FORMATS
from svgai.decode.limits import ImageLimits
from svgai.decode.quick_check import check_image
from svgai.errors import (
    InvalidImage,
    InvalidParameters,
    InvalidRequest,
    SvgAiError,
    TooLarge,
    TracingFailed,
    UnsupportedMediaType,
)
from svgai.trace.parameters import TracingParameters
from svgai.trace.tracer import trace

MAX_PIXELS = 1_000_000
_LIMITS = ImageLimits(10_000_000, MAX_PIXELS)
_IMAGE_FAULTS = (InvalidImage, TooLarge, UnsupportedMediaType)
_LONGEST_MESSAGE = 10_000
_CONTENT_TYPES = (b"application/json", b"multipart/form-data; boundary=cut", b"multipart/form-data", b"text/plain\xff")
_FORM_FAULTS = (InvalidRequest, InvalidParameters, UnsupportedMediaType)
_FIELDS = ("image", "images", "target_quality", "max_bytes", "parameters", "background", "units")


def decode(data: bytes) -> None:
    """A file is pixels within the limits, or one of our faults; the cheap check refuses no file that is decoded."""
    raster: Raster | None
    try:
        raster = decode_image(data, max_bytes=_LIMITS.max_bytes, max_pixels=MAX_PIXELS)
    except _IMAGE_FAULTS as fault:
        _check_fault(fault)
        raster = None
    for look in (_look_at_header, _look_quickly):
        try:
            look(data)
        except _IMAGE_FAULTS as fault:
            if raster is not None:
                raise AssertionError("decoded, yet refused") from fault
    if raster is not None:
        assert raster.rgba.dtype == np.uint8
        assert raster.rgba.ndim == 3
        assert raster.rgba.shape[2] == 4
        assert 0 < raster.width * raster.height <= MAX_PIXELS
        assert raster.format in FORMATS


def form(data: bytes) -> None:
    """A body is a form or one of our faults, whose answer can be written. Its first byte says which form and type."""
    kind, body = data[:1], data[1:]
    number = kind[0] if kind else 0
    wanted: type[ApiForm] = list(FORMS.values())[number % len(FORMS)]
    headers = [(b"content-type", _CONTENT_TYPES[number // 16 % len(_CONTENT_TYPES)])]
    try:
        made = asyncio.run(_read(wanted, headers, body))
    except _FORM_FAULTS as fault:
        _check_fault(fault)
    else:
        assert isinstance(made, wanted)
        if isinstance(made, ImagesForm):
            try:
                made.image_data()
            except TooLarge as fault:
                _check_fault(fault)


def tracing(data: bytes) -> None:
    """Parameters are refused by pydantic, or trace a small picture to an SVG, or tracing gives up by our fault."""
    rng = random.Random(data)
    try:
        parameters = TracingParameters.model_validate(_parameters(rng))
    except ValidationError:
        return
    side = rng.choice((1, 2, 3, 8, 20))
    seeded = np.random.default_rng(rng.randrange(1 << 30))
    rgba = seeded.integers(0, 256, (side, rng.choice((1, side)), 4), np.uint8)
    if rng.random() < 0.7:
        rgba[...] = rgba // 128 * 255
    try:
        svg = trace(rgba, parameters)
    except TracingFailed as fault:
        _check_fault(fault)
    else:
        assert svg.startswith("<svg")
        assert svg.endswith("</svg>")


TARGETS = {"decode": decode, "form": form, "tracing": tracing}


def body(seed: int) -> bytes:
    """A body for `form`, by a seed: a good one with changes to its structure, then to its bytes."""
    rng = random.Random(seed)
    kind = rng.randrange(256)
    fields: dict[str, Any] = {"image": "aGk=", "target_quality": 0.9, "max_bytes": 100, "strokes": "auto"}
    for _ in range(rng.randrange(5)):
        fields[rng.choice((*_FIELDS, _odd_text(rng)))] = _odd_value(rng, 0)
    if rng.random() < 0.3:
        fields = {name: fields[name] for name in fields if rng.random() < 0.5}
    written = _multipart(fields, rng) if kind // 16 % 4 == 1 else json.dumps(fields).encode()
    if rng.random() < 0.4:
        changed = bytearray(written)
        for _ in range(rng.choice((1, 2, 8))):
            if changed:
                changed[rng.randrange(len(changed))] = rng.randrange(256)
        written = bytes(changed)[: rng.choice((None, rng.randrange(len(written) + 1)))]
    return bytes([kind]) + written


def _look_at_header(data: bytes) -> None:
    read_header(data, max_bytes=_LIMITS.max_bytes, max_pixels=MAX_PIXELS)


def _look_quickly(data: bytes) -> None:
    check_image(data, _LIMITS)


def _check_fault(fault: SvgAiError) -> None:
    """Its answer is UTF-8, of bounded length, and says nothing of Python or of this machine."""
    answer = bytes(error_response(fault, RequestRecord("r", "POST", "/api/convert")).body)
    assert len(answer) < _LONGEST_MESSAGE, "the message is too long"
    for word in (b"Traceback", b"site-packages", b"object at 0x", b"NoneType", b"Error:"):
        assert word not in answer, answer
    if fault.detail is not None:
        assert fault.detail.isascii()
        assert fault.detail.isprintable()


async def _read(wanted: type[ApiForm], headers: list[tuple[bytes, bytes]], content: bytes) -> ApiForm:
    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": content, "more_body": False}

    return await read_form(Request({"type": "http", "method": "POST", "headers": headers}, receive), wanted)


def _parameters(rng: random.Random) -> dict[str, object]:
    """Mostly good ones, near and beyond their limits."""
    chosen: dict[str, object] = {}
    for name, about in TracingParameters.model_json_schema()["properties"].items():
        if rng.random() < 0.5:
            continue
        if "enum" in about:
            chosen[name] = rng.choice(about["enum"])
        elif about["type"] == "boolean":
            chosen[name] = rng.random() < 0.5
        else:
            low, high = about["minimum"], about["maximum"]
            number = rng.choice((low, high, rng.uniform(low, high), rng.uniform(low, high)))
            chosen[name] = round(number) if about["type"] == "integer" else number
        if rng.random() < 0.01:
            chosen[name] = _odd_value(rng, 0)
    return chosen


def _odd_value(rng: random.Random, depth: int) -> Any:
    flat: tuple[Any, ...] = (
        rng.choice((None, True, False)),
        rng.choice((0, -1, 1, 10**30, -(10**400), 2**63, 0.5, 1e308, float("nan"), float("inf"))),
        _odd_text(rng),
        "aGk" * rng.choice((0, 1, 2, 500)),
        rng.choice(("auto", "remove", "#fff", "mm", "keep", "http://localhost/")),
    )
    kind = rng.randrange(len(flat) + (3 if depth < 3 else 0))
    if kind < len(flat):
        return flat[kind]
    if kind == len(flat):
        return [_odd_value(rng, depth + 1) for _ in range(rng.choice((0, 1, 3, 101)))]
    if kind == len(flat) + 1:
        return {_odd_text(rng): _odd_value(rng, depth + 1) for _ in range(rng.choice((0, 1, 3)))}
    nested: Any = []
    for _ in range(rng.choice((10, 300))):
        nested = [nested]
    return nested


def _odd_text(rng: random.Random) -> str:
    letters = ("a", "\n", "\0", '"', "é", "\ud800", "\U0001f600", "\u2028", "<", "%s", "../", " ", "=")
    return "".join(rng.choice(letters) for _ in range(rng.choice((0, 1, 3, 10, 200))))


def _multipart(fields: dict[str, Any], rng: random.Random) -> bytes:
    parts = []
    for name, value in fields.items():
        text = value if isinstance(value, str) else json.dumps(value)
        told = f'form-data; name="{name}"' + ('; filename="../../a.png"' if rng.random() < 0.3 else "")
        parts.append(f"--cut\r\nContent-Disposition: {told}\r\n\r\n{text}\r\n")
    return ("".join(parts) + "--cut--\r\n").encode("utf-8", "surrogatepass")
