"""The composition root of serving: settings, models, pool and metrics become one BentoML service, `service:SvgAi`."""

# mypy: disable-error-code="untyped-decorator"

import asyncio
import sys
from pathlib import Path
from typing import Annotated

import bentoml
from bentoml.validators import ContentType
from pydantic import BaseModel

from svgai.api.answers import OPEN_ROUTES, ROUTES
from svgai.api.gateway import Gateway, GatewayPolicy
from svgai.api.schemas.answers import ClassifyAnswer, ConvertAnswer, ItemFault, OptimizeAnswer
from svgai.api.schemas.image_forms import ClassifyItem, ConvertForm, OptimizeItem
from svgai.api.schemas.status import AiStatus
from svgai.page.site import load_site
from svgai.serve.bento.application import Surroundings, SvgAiService
from svgai.serve.bento.container_image import absent_models, container_image
from svgai.serve.bento.processes import (
    LEAN_IMPORTS,
    MAIN_IMPORTS,
    prepare_supervisor,
    prepare_worker,
    served_bento,
    stop_service,
)
from svgai.serve.monitoring.readiness import show_readiness
from svgai.serve.worker_life.garbage_collection import freeze_garbage_collector
from svgai.serve.worker_life.reload_signal import reload_when_asked
from svgai.serve.workers.conversion_pool import start_forkserver
from svgai.settings import InvalidSettings, load_settings

REQUEST_GRACE_SECONDS = 10.0
"""Seconds that a request may take beyond AI_INFERENCE_TIMEOUT, for its wait in the queue."""


class Arguments(BaseModel):
    """Model tags that a Bento is built with (`bentoml build --arg classifier=...`); an experiment has a challenger."""

    classifier: str = "svgai-classifier:latest"
    optimizer: str = "svgai-optimizer:latest"
    challenger_classifier: str = ""
    challenger_optimizer: str = ""


try:
    settings = load_settings()
except InvalidSettings as invalid:
    sys.exit(f"invalid settings:\n{invalid}")

arguments = bentoml.use_arguments(Arguments)
classifier_model = bentoml.models.BentoModel(arguments.classifier)
optimizer_model = bentoml.models.BentoModel(arguments.optimizer)
# A declared model that is not in the store stops BentoML; without models the service still converts.
stored = {"classifier": classifier_model.stored, "optimizer": optimizer_model.stored}
challengers = {
    kind: bentoml.models.BentoModel(tag)
    for kind, tag in (("classifier", arguments.challenger_classifier), ("optimizer", arguments.challenger_optimizer))
    if tag
}
bundled = settings.model_dir is None and None not in stored.values()
kept = frozenset(kind for kind, model in stored.items() if model)
absent = absent_models(arguments.model_dump(include=set(stored)), kept) if settings.model_dir is None else ""
json_type = ContentType("application/json")
# BentoML accepts no limit of 1 here; the limits are set below.
batching = {"batchable": True, "max_batch_size": max(2, settings.ai_batch_size)}


@bentoml.service(
    name="svgai",
    service_class=SvgAiService,
    workers=1,
    threads=2,
    metrics={"duration": {"buckets": [0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0]}},
    image=container_image(absent),
    # BentoML's own tracing exports nothing, yet would take a sixth of each request's cost.
    tracing={"excluded_urls": [".*"]},
    logging={"access": {"enabled": False}},
)
class SvgAi:
    """Converts raster logos to the smallest SVG that reaches a target quality."""

    if bundled:
        classifier = classifier_model
        optimizer = optimizer_model
        if "classifier" in challengers:
            challenger_classifier = challengers["classifier"]
        if "optimizer" in challengers:
            challenger_optimizer = challengers["optimizer"]

    def __init__(self) -> None:
        prepare_worker(settings)
        modules = ("workers.conversion_worker", "decoding.decode_worker", "outcomes.writer_process")
        start_forkserver((LEAN_IMPORTS, *MAIN_IMPORTS, *(f"svgai.serve.{module}" for module in modules)))
        # Only here: the supervisor needs none of the models' libraries.
        from svgai.serve.composition import build_serving  # noqa: PLC0415

        folders = (Path(self.classifier.path), Path(self.optimizer.path)) if bundled else None
        challenging = None
        if folders and challengers:
            champion = dict(zip(("classifier", "optimizer"), folders, strict=True))
            own = {kind: Path(getattr(self, f"challenger_{kind}").path) for kind in challengers}
            challenging = (champion | own)["classifier"], (champion | own)["optimizer"]
        self.serving = build_serving(settings, folders, challenging, served_bento())

    @bentoml.on_deployment
    @staticmethod
    def prepare() -> None:
        prepare_supervisor(settings)

    @bentoml.on_startup
    async def start(self) -> None:
        self.serving.store.start()
        serving, starting = self.serving, asyncio.create_task(self._start())
        self.background = [
            starting,
            asyncio.create_task(serving.recent_quality.keep()),
            asyncio.create_task(reload_when_asked(serving.reload)),
            asyncio.create_task(show_readiness(lambda: serving.runtime.ready, serving.service_metrics.readiness)),
        ]
        if not settings.model_lazy_loading:
            await starting
            if self.serving.runtime.state == "failed":
                stop_service(f"the service cannot start: {self.serving.runtime.fault}")

    async def _start(self) -> None:
        await self.serving.runtime.start()
        self.serving.inputs.start()
        freeze_garbage_collector()

    @bentoml.on_shutdown
    async def stop(self) -> None:
        for task in self.background:
            task.cancel()
        await self.serving.close()

    async def __is_ready__(self) -> bool:
        return self.serving.runtime.ready

    @bentoml.api(route="/api/classify", **batching)
    def classify(self, items: list[ClassifyItem]) -> Annotated[list[ClassifyAnswer | ItemFault], json_type]:
        """The type of each image."""
        return self.serving.runtime.inference.classify(items)

    @bentoml.api(route="/api/optimize", **batching)
    def optimize(self, items: list[OptimizeItem]) -> Annotated[list[OptimizeAnswer | ItemFault], json_type]:
        """The tracing of each image that is predicted to be smallest at its target."""
        return self.serving.runtime.inference.optimize(items)

    @bentoml.api(route="/api/convert")
    async def convert(self, form: ConvertForm) -> Annotated[ConvertAnswer, json_type]:
        """The SVG of one image, with its measured quality."""
        return await self.serving.conversions.convert(form)

    async def ai_status(self) -> AiStatus:
        """The state of the models."""
        return await self.serving.status_report.read()


SvgAi.limit_batches(settings.ai_batch_size, settings.ai_batch_max_latency_ms)  # type: ignore[attr-defined]
SvgAi.show_page(load_site())  # type: ignore[attr-defined]
SvgAi.surround(  # type: ignore[attr-defined]
    Surroundings(
        root_path=settings.root_path,
        origins=settings.cors_origins,
        most_connections=settings.max_connections,
        otlp_endpoint=settings.otlp_endpoint,
    )
)
SvgAi.add_asgi_middleware(  # type: ignore[attr-defined]
    Gateway,
    policy=GatewayPolicy(
        routes=ROUTES,
        open_routes=OPEN_ROUTES,
        api_keys=settings.api_keys,
        api_keys_file=settings.api_keys_file,
        key_rate=settings.api_key_rate,
        key_concurrency=settings.api_key_concurrency,
        max_body_bytes=settings.max_body_bytes,
        max_concurrency=settings.max_concurrency,
        request_timeout_s=settings.ai_inference_timeout + REQUEST_GRACE_SECONDS,
    ),
)
