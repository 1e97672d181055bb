"""The OpenAPI 3.1 document of the public HTTP API, built from the schemas."""

from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from svgai.api.schemas.answers import (
    BatchAnswer,
    ClassifyAnswer,
    ConvertAnswer,
    DefaultAnswer,
    ErrorAnswer,
    OptimizeAnswer,
)
from svgai.api.schemas.feedback_form import FeedbackForm
from svgai.api.schemas.image_forms import ClassifyForm, ConvertForm, DefaultForm, OptimizeForm
from svgai.api.schemas.status import AiStatus

_REF = "#/components/schemas/{model}"

_ERRORS = {
    "400": "The request or the image is not valid (invalid_request, invalid_image).",
    "401": "The API key is missing or wrong (unauthorized).",
    "408": "The request took too long to arrive (request_timeout).",
    "413": "The body, the image or the list is too large (too_large).",
    "414": "The address is too long (uri_too_long).",
    "415": "The content type, its compression or the image format is not accepted (unsupported_media_type).",
    "422": "An option is out of its range (invalid_parameters).",
    "429": "Too much work in progress; see Retry-After (overloaded).",
    "431": "The headers are too large (headers_too_large).",
    "500": "The image could not be traced, or an unexpected error (tracing_failed, rendering_failed, internal_error).",
    "503": "The models are switched off or still loading (ai_disabled, not_ready).",
    "504": "It took too long (timeout).",
}
_ANYWHERE = {
    "400": "The request is malformed (invalid_request).",
    **{status: _ERRORS[status] for status in ("408", "413", "414", "415", "431")},
    "500": "An unexpected error (internal_error).",
    "504": _ERRORS["504"],
}
_OF_FEEDBACK = {
    "404": "There is no conversion with this id (unknown_conversion).",
    "503": "The service does not store conversions (feedback_disabled).",
}
_WITH_KEY = _ANYWHERE | {"401": _ERRORS["401"]}
_STATUS = _WITH_KEY | {"429": _ERRORS["429"]}
_UNREADY = {"503": "The models or the conversion processes are missing or still starting (not_ready)."}


@lru_cache(maxsize=2)
def openapi_document(*, feedback: bool = True) -> dict[str, Any]:
    """The document of GET /docs.json, with or without the feedback endpoint."""
    models: list[type[BaseModel]] = [ClassifyForm, OptimizeForm, ConvertForm, DefaultForm, FeedbackForm]
    answers: list[type[BaseModel]] = [
        ClassifyAnswer,
        OptimizeAnswer,
        ConvertAnswer,
        DefaultAnswer,
        BatchAnswer,
        ErrorAnswer,
        AiStatus,
    ]
    _, definitions = models_json_schema(
        [(model, "validation") for model in models] + [(answer, "serialization") for answer in answers],
        ref_template=_REF,
    )
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "SVG-AI",
            "description": "Converts raster logos to the smallest SVG that reaches a target quality.",
            "version": "1",
        },
        "paths": {
            "/api/classify": _images_path("Classify images.", ClassifyForm, ClassifyAnswer),
            "/api/optimize": _images_path(
                "Predict the tracing with the smallest SVG at a target quality.", OptimizeForm, OptimizeAnswer
            ),
            "/api/convert": _convert_path(),
            "/api/vtracer": {
                "post": {
                    "summary": "The image traced by VTracer's default parameters, for comparison.",
                    "requestBody": _body(DefaultForm),
                    "responses": _responses(_ref(DefaultAnswer), _ERRORS),
                }
            },
            **({"/api/feedback": _feedback_path()} if feedback else {}),
            "/api/ai-status": {
                "get": {"summary": "The state of the models.", "responses": _responses(_ref(AiStatus), _STATUS)}
            },
            "/livez": _health_path("The process is alive."),
            "/healthz": _health_path("The same as /livez."),
            "/readyz": _health_path("The models and the conversion processes answered a warm-up.", _UNREADY),
            "/metrics": _text_path("Metrics for Prometheus.", _WITH_KEY),
        },
        "components": {
            "schemas": definitions["$defs"],
            "securitySchemes": {
                "bearer": {"type": "http", "scheme": "bearer"},
                "key": {"type": "apiKey", "in": "header", "name": "X-API-Key"},
            },
        },
        "security": [{}, {"bearer": []}, {"key": []}],
    }


def _images_path(summary: str, form: type[BaseModel], answer: type[BaseModel]) -> dict[str, Any]:
    either = {"oneOf": [_ref(answer), _ref(BatchAnswer)]}
    return {"post": {"summary": summary, "requestBody": _body(form), "responses": _responses(either, _ERRORS)}}


def _convert_path() -> dict[str, Any]:
    responses = _responses(_ref(ConvertAnswer), _ERRORS)
    responses["200"]["content"]["image/svg+xml"] = {"schema": {"type": "string"}}
    responses["200"]["description"] = (
        "The SVG and its measured quality; as image/svg+xml the numbers are X-SVGAI-* headers."
    )
    return {"post": {"summary": "Convert an image to SVG.", "requestBody": _body(ConvertForm), "responses": responses}}


def _feedback_path() -> dict[str, Any]:
    taken = {"204": {"description": "The rating was stored."}}
    errors = _error_responses({**_STATUS, "422": _ERRORS["422"], **_OF_FEEDBACK})
    body = {"required": True, "content": {"application/json": {"schema": _ref(FeedbackForm)}}}
    return {"post": {"summary": "Rate an SVG.", "requestBody": body, "responses": taken | errors}}


def _health_path(summary: str, errors: Mapping[str, str] = MappingProxyType({})) -> dict[str, Any]:
    path = _text_path(summary, {**_ANYWHERE, **errors})
    path["get"]["security"] = [{}]
    return path


def _text_path(summary: str, errors: dict[str, str]) -> dict[str, Any]:
    text = {"description": "OK, or the text.", "content": {"text/plain": {"schema": {"type": "string"}}}}
    return {"get": {"summary": summary, "responses": {"200": text, **_error_responses(errors)}}}


def _body(form: type[BaseModel]) -> dict[str, Any]:
    """JSON as the schema says; multipart with the same options as fields and the image as a file."""
    options = {name: _in_a_field(form, name) for name in form.model_fields if name not in {"image", "images"}}
    multipart = {
        "type": "object",
        "required": ["image"],
        "properties": {"image": {"type": "string", "contentMediaType": "application/octet-stream"}, **options},
        "additionalProperties": False,
    }
    return {
        "required": True,
        "content": {"application/json": {"schema": _ref(form)}, "multipart/form-data": {"schema": multipart}},
    }


def _in_a_field(form: type[BaseModel], name: str) -> dict[str, Any]:
    """The schema of an option as a form field, which is left out where JSON may have null."""
    schema: dict[str, Any] = form.model_json_schema(ref_template=_REF)["properties"][name]
    given = [kind for kind in schema.get("anyOf", []) if kind != {"type": "null"}]
    if not given:
        return schema
    about = {key: value for key, value in schema.items() if key not in {"anyOf", "default"}}
    return {**about, **given[0]}


def _responses(schema: dict[str, Any], errors: dict[str, str]) -> dict[str, Any]:
    answer = {"description": "The answer.", "content": {"application/json": {"schema": schema}}}
    return {"200": answer, **_error_responses(errors)}


def _error_responses(errors: dict[str, str]) -> dict[str, Any]:
    return {
        status: {"description": about, "content": {"application/json": {"schema": _ref(ErrorAnswer)}}}
        for status, about in sorted(errors.items())
    }


def _ref(model: type[BaseModel]) -> dict[str, str]:
    return {"$ref": _REF.format(model=model.__name__)}
