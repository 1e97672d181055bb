"""The OpenAPI 3.1 document of the public HTTP API, built from the schemas."""

from functools import lru_cache
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from svgai.api.schemas import (
    AiStatus,
    BatchAnswer,
    ClassifyAnswer,
    ClassifyForm,
    ConvertAnswer,
    ConvertForm,
    ErrorAnswer,
    OptimizeAnswer,
    OptimizeForm,
)

_REF = "#/components/schemas/{model}"

_ERRORS = {
    "400": "The request or the image is not valid (invalid_request, invalid_image).",
    "401": "The API key is missing or wrong (unauthorized).",
    "413": "The body, the image or the list is too large (too_large).",
    "415": "The content type or the image format is not accepted (unsupported_media_type).",
    "422": "An option is out of its range (invalid_parameters).",
    "429": "Too much work in progress; see Retry-After (overloaded).",
    "503": "The models are switched off or still loading (ai_disabled, not_ready).",
    "504": "It took too long (timeout).",
}


@lru_cache(maxsize=1)
def openapi_document() -> dict[str, Any]:
    """The document that GET /docs.json answers."""
    models: list[type[BaseModel]] = [ClassifyForm, OptimizeForm, ConvertForm]
    answers: list[type[BaseModel]] = [ClassifyAnswer, OptimizeAnswer, ConvertAnswer, BatchAnswer, ErrorAnswer, AiStatus]
    _, definitions = models_json_schema(
        [(model, "validation") for model in models] + [(answer, "serialization") for answer in answers],
        ref_template=_REF,
    )
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "SVG-AI",
            "description": "Raster logos to the smallest SVG that reaches a promised quality.",
            "version": "1",
        },
        "paths": {
            "/api/classify": _images_path("The type of an image.", ClassifyForm, ClassifyAnswer),
            "/api/optimize": _images_path(
                "The tracing predicted to be smallest at a quality.", OptimizeForm, OptimizeAnswer
            ),
            "/api/convert": _convert_path(),
            "/api/ai-status": {"get": {"summary": "State of the models.", "responses": _responses(_ref(AiStatus))}},
            "/livez": _health_path("The process is alive."),
            "/healthz": _health_path("The same as /livez."),
            "/readyz": _health_path("The models and the conversion processes answered a warm-up."),
            "/metrics": {
                "get": {"summary": "Metrics for Prometheus.", "responses": {"200": {"description": "Metrics."}}}
            },
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
    return {"post": {"summary": summary, "requestBody": _body(form), "responses": _responses(either)}}


def _convert_path() -> dict[str, Any]:
    responses = _responses(_ref(ConvertAnswer))
    responses["200"]["content"]["image/svg+xml"] = {"schema": {"type": "string"}}
    responses["200"]["description"] = (
        "The SVG and its measured quality; as image/svg+xml the numbers are X-SVGAI-* headers."
    )
    return {"post": {"summary": "An SVG of an image.", "requestBody": _body(ConvertForm), "responses": responses}}


def _health_path(summary: str) -> dict[str, Any]:
    return {"get": {"summary": summary, "security": [{}], "responses": {"200": {"description": "Yes."}}}}


def _body(form: type[BaseModel]) -> dict[str, Any]:
    """JSON as the schema says; multipart with the same options as fields and the image as a file."""
    options = {name: {"type": "string"} for name in form.model_fields if name not in {"image", "images"}}
    multipart = {
        "type": "object",
        "required": ["image"],
        "properties": {"image": {"type": "string", "contentMediaType": "application/octet-stream"}, **options},
    }
    return {
        "required": True,
        "content": {"application/json": {"schema": _ref(form)}, "multipart/form-data": {"schema": multipart}},
    }


def _responses(schema: dict[str, Any]) -> dict[str, Any]:
    errors = {
        status: {"description": about, "content": {"application/json": {"schema": _ref(ErrorAnswer)}}}
        for status, about in _ERRORS.items()
    }
    return {"200": {"description": "The answer.", "content": {"application/json": {"schema": schema}}}, **errors}


def _ref(model: type[BaseModel]) -> dict[str, str]:
    return {"$ref": _REF.format(model=model.__name__)}
