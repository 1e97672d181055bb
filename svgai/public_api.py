"""
The HTTP surface: BentoML's application with our request forms and answers around its batching.

BentoML's own request parsing is left out on purpose: its file types fetch URLs, it answers errors in shapes of its own,
and it builds a JSON schema anew for every answer.
"""

from collections.abc import Callable
from typing import Any, ClassVar

from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from _bentoml_sdk import Service
from svgai.error_responses import error_json, error_response, fault_of_exception
from svgai.gateway import HEALTH_ROUTES
from svgai.openapi import openapi_document
from svgai.request_forms import read_form
from svgai.request_record import RequestRecord, record_of
from svgai.schemas import (
    ApiForm,
    BatchAnswer,
    ClassifyAnswer,
    ClassifyForm,
    ConvertAnswer,
    ConvertForm,
    ImagesForm,
    ItemFault,
    OptimizeAnswer,
    OptimizeForm,
)
from svgai.serving_tweaks import TweakedAppFactory

FORMS: dict[str, type[ApiForm]] = {"classify": ClassifyForm, "optimize": OptimizeForm, "convert": ConvertForm}
"""The form of each API method."""

ROUTES = HEALTH_ROUTES | {"/", "/docs.json", "/metrics", "/api/ai-status", *(f"/api/{name}" for name in FORMS)}
"""Every path that answers."""

SVG_TYPE = "image/svg+xml"


class SvgAiAppFactory(TweakedAppFactory):
    """BentoML's application with the public forms, answers, errors and documents."""

    known_paths: ClassVar[frozenset[str]] = ROUTES

    @property
    def routes(self) -> list[BaseRoute]:
        own: list[BaseRoute] = [
            Route("/api/ai-status", self.ai_status, methods=["GET"]),
            Route("/docs.json", self.openapi_spec_view, methods=["GET"]),
            Route("/", self.index_page, methods=["GET"]),
        ]
        return own + [route for route in super().routes if getattr(route, "path", None) in ROUTES]

    async def index_page(self, _: Request) -> Response:
        return RedirectResponse("/docs.json")

    async def openapi_spec_view(self, _: Request) -> Response:
        return JSONResponse(openapi_document())

    async def ai_status(self, request: Request) -> Response:
        return await _answer(request, self._service_instance.ai_status)

    async def api_endpoint(self, name: str, request: Request) -> Response:
        """Answer one API call; BentoML's routes lead here."""

        async def work() -> Response:
            form = await read_form(request, FORMS[name])
            if isinstance(form, ImagesForm):
                return batch_response(form, await self.batch_infer(name, (form.items(),), {}), record_of(request.scope))
            answer = await getattr(self._service_instance, name).local(form)
            return convert_response(answer, request)

        return await _answer(request, work)


class SvgAiService(Service):  # type: ignore[type-arg]
    """A BentoML service that answers through SvgAiAppFactory."""

    def to_asgi(self, is_main: bool = True) -> Any:
        self.inject_config()
        return SvgAiAppFactory(self, is_main=is_main)()


def batch_response(
    form: ImagesForm[Any], results: list[ClassifyAnswer | OptimizeAnswer | ItemFault], record: RequestRecord
) -> Response:
    """The answer to a single image (its fault becomes the error) or to a list of them."""
    record.images = len(results)
    if form.is_list:
        return _json(BatchAnswer(results=results))
    (result,) = results
    if isinstance(result, ItemFault):
        return error_json(result.status, result.error.code, result.error.message, record)
    record.logo_type, record.model_version = result.type, result.model_version
    return _json(result)


def convert_response(answer: ConvertAnswer, request: Request) -> Response:
    """The answer to a conversion: JSON, or the SVG itself where the client prefers that."""
    record = record_of(request.scope)
    record.logo_type, record.model_version = answer.type, answer.model_version
    if SVG_TYPE not in request.headers.get("accept", ""):
        return _json(answer)
    quality = answer.quality
    numbers = {
        "SSIM": f"{quality.ssim:.4f}",
        "Edge-SSIM": f"{quality.edge_ssim:.4f}",
        "Delta-E": f"{quality.delta_e:.3f}",
        "Bytes": str(quality.bytes),
        "Paths": str(quality.paths),
        "Target-Quality": f"{answer.target_quality:.4f}",
        "Met-Target": str(answer.met_target).lower(),
        "Trials": str(answer.trials),
        "Type": answer.type or "unknown",
        "AI": answer.ai,
        "Conversion-Id": answer.conversion_id,
        "Model-Version": answer.model_version,
        "Parameters": answer.parameters.model_dump_json(),
    }
    return Response(answer.svg, media_type=SVG_TYPE, headers={f"X-SVGAI-{name}": value for name, value in numbers.items()})


async def _answer(request: Request, work: Callable[[], Any]) -> Response:
    record = record_of(request.scope)
    try:
        result = await work()
    except Exception as exception:
        return error_response(fault_of_exception(exception, record), record)
    return result if isinstance(result, Response) else _json(result)


def _json(answer: BaseModel) -> Response:
    return Response(answer.model_dump_json(), media_type="application/json")

