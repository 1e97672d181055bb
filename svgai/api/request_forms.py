"""
Public request bodies to validated forms: JSON, or multipart/form-data with the image as a file.

A body that cannot be understood is InvalidRequest; an option outside its range is InvalidParameters. Nothing is ever
fetched from a URL, and an image's bytes are not looked at here.
"""

import json
from typing import Any, TypeVar

from pydantic import ValidationError
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartException
from starlette.requests import Request

from svgai.api.schemas import ApiForm
from svgai.errors import InvalidParameters, InvalidRequest, SvgAiError, UnsupportedMediaType

FormT = TypeVar("FormT", bound=ApiForm)

_JSON, _MULTIPART = "application/json", "multipart/form-data"
_IMAGE_FIELDS = ("image", "images")
_MALFORMED = frozenset({"extra_forbidden", "missing"})
_MOST_FIELDS = 20
_MOST_FAULTS = 50  # more than all options and tracing parameters together can have
_LONGEST_NAME = 50


async def read_form(request: Request, form: type[FormT]) -> FormT:
    """
    Read a request's body as a form.

    Raises:
        InvalidRequest: no JSON, an unknown field, no image, an image field that is no text or file.
        InvalidParameters: an option of the wrong type or out of its range.
        UnsupportedMediaType: neither JSON nor multipart/form-data.
    """
    content_type = request.headers.get("content-type", _JSON).partition(";")[0].strip().lower()
    try:
        if content_type == _JSON:
            return form.model_validate_json(await request.body())
        if content_type == _MULTIPART:
            return form.model_validate(await _read_multipart(request))
    except ValidationError as invalid:
        raise _fault(invalid) from None
    raise UnsupportedMediaType(f"send {_JSON} or {_MULTIPART}, not {content_type[:100]!r}")


async def _read_multipart(request: Request) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    try:
        async with request.form(max_files=1, max_fields=_MOST_FIELDS) as parts:
            for name, value in parts.multi_items():
                if name in fields:
                    raise InvalidRequest(f"{name} is given more than once")
                if isinstance(value, UploadFile):
                    fields[name] = await value.read()
                else:
                    fields[name] = _option(name, value)
    except HTTPException as malformed:
        raise InvalidRequest(f"the multipart body is malformed: {malformed.detail}") from None
    except MultiPartException as malformed:
        raise InvalidRequest(f"the multipart body is malformed: {malformed.message}") from None
    return fields


def _option(name: str, text: str) -> object:
    """`parameters` is an object and so travels as JSON; every other field is plain text."""
    if name != "parameters":
        return text
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        raise InvalidParameters("parameters is not JSON") from None


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
