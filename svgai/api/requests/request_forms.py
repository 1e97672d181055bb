"""
Public request bodies to validated forms: JSON, or multipart/form-data with the image as a file.

A body that cannot be understood is InvalidRequest; an option outside its range is InvalidParameters. Nothing is ever
fetched from a URL, and an image's bytes are not examined here.
"""

import asyncio
import json
import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import islice
from typing import Any, TypeVar

from pydantic import ValidationError
from starlette.requests import Request

from svgai.api.requests.multipart import parts_of
from svgai.api.schemas.image_forms import ApiForm
from svgai.errors import InvalidParameters, InvalidRequest, SvgAiError, UnsupportedMediaType

FormT = TypeVar("FormT", bound=ApiForm)

MOST_JSON_PARTS = 5_000
"""Lists, objects and commas in a body: many times what the largest form has."""

_JSON, _MULTIPART = "application/json", "multipart/form-data"
_IMAGE_FIELDS = ("image", "images")
_MALFORMED = frozenset({"extra_forbidden", "missing"})
_MOST_FAULTS = 50  # more than all options and tracing parameters together can have
_LONGEST_NAME = 50
_READ_AT_ONCE = 64 * 1024
"""Bodies up to this size are parsed on the event loop: switching to a thread would take longer."""

_NUMBER = re.compile(r"-?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)
_TRUTHS = {"true": True, "false": False}
_WHOLE_NUMBER = re.compile(r"-?\d{1,4000}", re.ASCII)  # longer ones Python does not read


async def read_form(request: Request, form: type[FormT]) -> FormT:
    """
    Read a request's body as a form.

    Raises:
        InvalidRequest: no JSON, an unknown field, no image, an image field that is no text or file.
        InvalidParameters: an option of the wrong type or out of its range.
        UnsupportedMediaType: neither JSON nor multipart/form-data.
    """
    body = await request.body()
    content_type = request.headers.get("content-type", _JSON)
    if len(body) <= _READ_AT_ONCE:
        return form_of(body, content_type, form)
    return await asyncio.to_thread(form_of, body, content_type, form)


def form_of(body: bytes, content_type: str, form: type[FormT]) -> FormT:
    """The same for a body that is there."""
    kind = content_type.partition(";")[0].strip().lower()
    try:
        if kind == _JSON:
            _require_few_parts(body)
            return form.model_validate_json(body, strict=True)
        if kind == _MULTIPART:
            return form.model_validate(_fields(body, content_type, form), strict=True)
    except ValidationError as invalid:
        raise _fault(invalid) from None
    raise UnsupportedMediaType(f"send {_JSON} or {_MULTIPART}, not {kind[:100]!r}")


def _require_few_parts(body: bytes) -> None:
    # Parsing JSON holds the interpreter's lock: millions of small values would block all other requests.
    if len(body) > _READ_AT_ONCE and len(list(islice(_parts(body), MOST_JSON_PARTS + 1))) > MOST_JSON_PARTS:
        raise InvalidRequest(
            f"the body has more than {MOST_JSON_PARTS:,} lists, objects and commas; no request needs them"
        )


def _parts(body: bytes) -> Iterator[int]:
    """Where there may be a list, an object or another value. A search skips images several times as fast as a count."""
    for mark in (b"[", b"{", b","):
        place = body.find(mark)
        while place >= 0:
            yield place
            place = body.find(mark, place + 1)


def _fields(body: bytes, content_type: str, form: type[ApiForm]) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    for part in parts_of(body, content_type):
        if part.name in fields:
            raise InvalidRequest(f"{part.name[:_LONGEST_NAME]} is given more than once")
        fields[part.name] = part.data if part.is_file else _option(part.name, part.data, _kinds(form))
    return fields


@lru_cache
def _kinds(form: type[ApiForm]) -> dict[str, type]:
    """The options of a form that are numbers or true or false, and which."""
    found: dict[str, type] = {}
    for name, schema in form.model_json_schema()["properties"].items():
        kinds = {kind.get("type") for kind in (schema, *schema.get("anyOf", []))}
        if "integer" in kinds:
            found[name] = int
        elif "number" in kinds:
            found[name] = float
        elif "boolean" in kinds:
            found[name] = bool
    return found


def _option(name: str, data: bytes, kinds: dict[str, type]) -> object:
    """A field's value as in JSON; if it cannot be converted it stays text, which such an option rejects."""
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        raise InvalidRequest(f"{name[:_LONGEST_NAME]} is not UTF-8 text") from None
    if name == "parameters":
        # An object is sent as JSON; every other field is plain text.
        try:
            _require_few_parts(data)
            return json.loads(text)
        except (ValueError, RecursionError):
            raise InvalidParameters("parameters is not JSON") from None
    kind = kinds.get(name)
    if kind is bool and text in _TRUTHS:
        return _TRUTHS[text]
    if kind is int and _WHOLE_NUMBER.fullmatch(text):
        return int(text)
    if kind in (int, float) and _NUMBER.fullmatch(text):
        return float(text)
    return text


def _fault(invalid: ValidationError) -> SvgAiError:
    """The fault of a form that did not validate, naming each field; values that the client sent are not repeated."""
    if invalid.error_count() > _MOST_FAULTS:
        return InvalidRequest(f"the body has {invalid.error_count():,} faults; most of its fields are unknown")
    errors = invalid.errors(include_url=False, include_context=False, include_input=False)
    places = [_place(error["loc"]) for error in errors]
    texts = [error["msg"].removeprefix("Value error, ") for error in errors]
    lines = dict.fromkeys(
        f"{'.'.join(place)}: {text}" if place else text for place, text in zip(places, texts, strict=True)
    )
    message = "; ".join(lines)
    malformed = any(
        not place or place[0] in _IMAGE_FIELDS or (error["type"] in _MALFORMED and len(place) == 1)
        for place, error in zip(places, errors, strict=True)
    )
    return InvalidRequest(message) if malformed else InvalidParameters(message)


def _place(location: tuple[int | str, ...]) -> tuple[str, ...]:
    """The field's path, long names cut; an image's two types (text, bytes) would be named as parts of it."""
    parts = location[:1] if location and location[0] in _IMAGE_FIELDS else location
    return tuple(str(part)[:_LONGEST_NAME] for part in parts)
