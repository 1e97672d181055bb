"""
The HTTP application: BentoML's, with our request forms and answers around its batching.

BentoML's own request parsing is deliberately not used: its file types fetch URLs, its errors have another format, and
it rebuilds a JSON schema for every answer. `contacts` lists the names of BentoML that are used, and why.
"""

from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import partial
from typing import Any

from _bentoml_impl.server.app import ServiceAppFactory
from _bentoml_sdk import Service
from pydantic import BaseModel
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from svgai.api.answers import EXPOSED_HEADERS, FORMS, ROUTES, batch_response, convert_response, json_response
from svgai.api.cross_origin import CrossOrigin
from svgai.api.error_responses import error_response, fault_of_exception
from svgai.api.openapi import openapi_document
from svgai.api.request_paths import PREFIX_HEADER, RequestPaths, prefix_of
from svgai.api.requests.request_forms import read_form
from svgai.api.requests.request_record import record_of
from svgai.api.schemas.answers import DefaultAnswer
from svgai.api.schemas.feedback_form import FeedbackForm
from svgai.api.schemas.image_forms import DefaultForm, ImagesForm
from svgai.page.site import Site
from svgai.page.site_answers import OnePathForFiles, site_routes
from svgai.serve.batching import Batches
from svgai.serve.bento.connections import bound_connections
from svgai.serve.bento.contacts import require_attributes
from svgai.serve.bento.metrics_folder import keep_metrics_where_they_can_be_written
from svgai.serve.bento.processes import served_bento
from svgai.serve.client_presence import while_connected
from svgai.serve.tracing.traces import open_traces

_API = "/api/"
_BY_PREFIX = {"Vary": PREFIX_HEADER}


@dataclass(frozen=True)
class Surroundings:
    """
    Settings of the connection between the service and its clients.

    Attributes:
        root_path: Prefix that a proxy puts before every path.
        origins: Origins whose pages may read answers.
        most_connections: Limit of concurrent connections.
        otlp_endpoint: Destination of traces.
    """

    root_path: str = ""
    origins: tuple[str, ...] = ()
    most_connections: int = 1_000
    otlp_endpoint: str | None = None


class SvgAiAppFactory(ServiceAppFactory):  # type: ignore[misc]
    """BentoML's application with the public forms, answers, errors and documents, and our batches."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        require_attributes(self)
        # The gateway limits the time itself.
        self.timeout = None
        most, latency_s = self.service.batch_limits
        for name in self.dispatchers:
            self.dispatchers[name] = Batches(most, latency_s, watch=_BatchWatch(self, name))

    def __call__(self) -> Starlette:
        """BentoML's application without the routes that are not public: its web page, its scripts, its inner schema."""
        app: Starlette = super().__call__()
        public = [route for route in app.router.routes if getattr(route, "path", None) in ROUTES]
        # Routes are matched in order for every request: the files of the page need not come before the API.
        app.router.routes[:] = sorted(public, key=lambda route: not route.path.startswith(_API))  # type: ignore[attr-defined]
        # It would redirect a path with an extra slash to the host in the client's Host header.
        app.router.redirect_slashes = False
        surroundings, site = self.service.surroundings, self.service.site
        app.add_middleware(self.service.traces.around)
        app.add_middleware(OnePathForFiles, site=site)
        app.add_middleware(RequestPaths, paths=ROUTES | site.files.keys(), root_path=surroundings.root_path)
        if surroundings.origins:
            app.add_middleware(CrossOrigin, origins=surroundings.origins, exposed=EXPOSED_HEADERS)
        return app

    @property
    def routes(self) -> list[BaseRoute]:
        own = [
            Route("/api/ai-status", self.ai_status, methods=["GET"]),
            Route("/api/feedback", self.feedback, methods=["POST"]),
            Route("/api/vtracer", self.default_tracing, methods=["POST"]),
            Route("/docs.json", self.openapi_spec_view, methods=["GET"]),
            *site_routes(self.service.site),
        ]
        return [*own, *super().routes]

    async def openapi_spec_view(self, request: Request) -> Response:
        servers = {"servers": [{"url": prefix_of(request.scope) or "/"}]}
        document = openapi_document(feedback=self._service_instance.serving.feedback.taken)
        return JSONResponse(document | servers, headers=_BY_PREFIX)

    async def ai_status(self, request: Request) -> Response:
        return await _answer(request, self._service_instance.ai_status)

    async def feedback(self, request: Request) -> Response:
        async def work() -> Response:
            await self._service_instance.serving.feedback.take(await read_form(request, FeedbackForm))
            return Response(status_code=204)

        return await _answer(request, work)

    async def default_tracing(self, request: Request) -> Response:
        async def work() -> DefaultAnswer:
            form = await read_form(request, DefaultForm)
            return await while_connected(request, self._service_instance.serving.default_tracings.trace(form))

        return await _answer(request, work)

    async def api_endpoint(self, name: str, request: Request) -> Response:
        """Answer one API call; BentoML's routes lead here."""

        async def work() -> Response:
            form = await read_form(request, FORMS[name])
            if isinstance(form, ImagesForm):
                answers = await self._service_instance.serving.images.answer(
                    form, lambda items: self.batch_infer(name, (items,), {}), partial(while_connected, request)
                )
                return batch_response(form, answers, record_of(request.scope))
            conversion = self._service_instance.serving.conversions.convert(form, record_of(request.scope).key)
            answer = await while_connected(request, conversion)
            return convert_response(answer, request)

        return await _answer(request, work)


class _BatchWatch:
    """Passes an API's batches to metrics and traces."""

    def __init__(self, app: SvgAiAppFactory, api: str) -> None:
        self._app = app
        self._api = api

    def waited(self, seconds: float) -> None:
        # The service's object, which has the metrics, is created after the application.
        self._app._service_instance.serving.service_metrics.batch_waited(self._api, seconds)  # noqa: SLF001

    def rider(self) -> object:
        return self._app.service.traces.rider()

    def batch(self, riders: Sequence[object]) -> AbstractContextManager[None]:
        batch: AbstractContextManager[None] = self._app.service.traces.batch(self._api, riders)
        return batch


class SvgAiService(Service):  # type: ignore[misc]
    """A BentoML service that answers through SvgAiAppFactory."""

    def surround(self, surroundings: Surroundings) -> None:
        """Configure the connection to clients; to be called before the application is created."""
        self.surroundings = surroundings

    def limit_batches(self, max_batch_size: int, max_latency_ms: float) -> None:
        """
        Configure the batches of every API; to be called before the application is created.

        Args:
            max_batch_size: most items of a batch; may be 1, unlike BentoML's own limit.
            max_latency_ms: milliseconds that a request may wait for its first batch; then it is rejected.
        """
        self.batch_limits = (max_batch_size, max_latency_ms / 1000)

    def show_page(self, site: Site) -> None:
        """Set the files of the web page; to be called before the application is created."""
        self.site = site

    def inject_config(self) -> None:
        super().inject_config()
        # The process that starts the workers calls this before it chooses the folder.
        keep_metrics_where_they_can_be_written()

    def to_asgi(self, is_main: bool = True) -> Any:
        self.inject_config()
        bound_connections(self.surroundings.most_connections)
        # Only here: in the process that answers requests, not in the one that starts it.
        self.traces = open_traces(self.surroundings.otlp_endpoint, served_bento())
        return SvgAiAppFactory(self, is_main=is_main)()


async def _answer(request: Request, work: Callable[[], Awaitable[Response | BaseModel]]) -> Response:
    record = record_of(request.scope)
    try:
        result = await work()
    except Exception as exception:  # noqa: BLE001 - BentoML would answer it in another format
        return error_response(fault_of_exception(exception, record), record)
    return result if isinstance(result, Response) else json_response(result)
