"""
What is changed in BentoML's server, and why. Everything here is tied to the pinned version of BentoML.

* Its metrics take any requested path as a label; paths that do not exist are kept out of them.
* Its tracing middleware costs a sixth of the server's share of a request although nothing is traced; it is left out.
* It looks the signature of an API method up at every call; what it finds is kept.
* It reports usage to its makers; that is switched off.
* It does not replace a dead worker inside a container; it does here, or a crash would end the service.
* It logs in a form of its own; its lines take ours.
* Its batching learns to wait, and answers a request that is cancelled while it waits as a failure of the server;
  `svgai.serve.bento.batching` does neither.
* Its request timer cancels without an answer in our error shape, and keeps a timer for every request; the gateway's own
  timeout takes its place.
"""

import logging
import os
import signal
import sys
from importlib import import_module
from typing import Any, ClassVar, NoReturn

from _bentoml_impl.server.app import ServiceAppFactory
from bentoml._internal.server.http.instruments import RunnerTrafficMetricsMiddleware
from bentoml._internal.utils.analytics.usage_stats import BENTOML_DO_NOT_TRACK, do_not_track
from opentelemetry.instrumentation.asgi import OpenTelemetryMiddleware
from starlette.applications import Starlette
from starlette.middleware import Middleware

from svgai.serve.bento.batching import PromptDispatcher
from svgai.serve.logs import formatter, log_to_file
from svgai.settings import Settings

LEAN_IMPORTS = "svgai.serve.bento.lean_imports"
"""To be imported before the models' code, in every process that serves."""

_LOGGERS = ("", "bentoml", "uvicorn.error", "circus")
_ALLOCATOR = {"MALLOC_ARENA_MAX": "2", "MALLOC_MMAP_THRESHOLD_": "4194304", "MALLOC_TRIM_THRESHOLD_": "8388608"}
"""
For the C library, which gives every thread a heap of its own and keeps what large images once took: two heaps at most,
blocks from 4 MB on and free ends of heaps from 8 MB on go back to the system.
"""

_WORKER_MODULE = "_bentoml_impl.worker.service"


def prepare_supervisor(settings: Settings) -> None:
    """Called once in the process that starts and watches the workers, before it starts them."""
    os.environ[BENTOML_DO_NOT_TRACK] = "true"
    do_not_track.cache_clear()
    os.environ.pop("BENTOML_CONTAINERIZED", None)
    for name, value in _ALLOCATOR.items():
        os.environ.setdefault(name, value)
    _take_over_logs(settings)


def prepare_worker(settings: Settings) -> None:
    """Called once in the process that answers requests, before it loads anything."""
    import_module(LEAN_IMPORTS)
    _take_over_logs(settings)
    if settings.log_file is not None:
        handler = log_to_file(settings.log_file, settings.log_format)
        for name in _LOGGERS:
            if logging.getLogger(name).handlers:
                logging.getLogger(name).addHandler(handler)


class KnownPathMetrics(RunnerTrafficMetricsMiddleware):
    """BentoML's request metrics, for paths that exist; others pass through uncounted."""

    def __init__(self, app: Any, /, paths: frozenset[str], **options: Any) -> None:
        super().__init__(app, **options)
        self._paths = paths

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http" and scope["path"] not in self._paths:
            await self.app(scope, receive, send)
        else:
            await super().__call__(scope, receive, send)


class TweakedAppFactory(ServiceAppFactory):  # type: ignore[misc]
    """BentoML's application with what this module changes in batching, middlewares, request timer and lookups."""

    known_paths: ClassVar[frozenset[str]] = frozenset()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.timeout = None
        for name, dispatcher in self.dispatchers.items():
            self.dispatchers[name] = PromptDispatcher.in_place_of(dispatcher)

    @property
    def middlewares(self) -> list[Middleware]:
        return [
            Middleware(KnownPathMetrics, paths=self.known_paths, **entry.kwargs)
            if entry.cls is RunnerTrafficMetricsMiddleware
            else entry
            for entry in super().middlewares
            if entry.cls is not OpenTelemetryMiddleware
        ]

    async def create_instance(self, app: Starlette) -> None:
        await super().create_instance(app)
        for name in self.service.apis:
            # An attribute of the instance goes before the class's descriptor, which makes a new function every time.
            setattr(self._service_instance, name, getattr(self._service_instance, name))


def _take_over_logs(settings: Settings) -> None:
    ours = formatter(settings.log_format)
    for name in _LOGGERS:
        for handler in logging.getLogger(name).handlers:
            handler.setFormatter(ours)
            # BentoML's filter overwrites request_id, and adds fields that only its own format shows.
            handler.filters.clear()
            # A logger with a handler that also hands on to the root's writes every line twice.
            logging.getLogger(name).propagate = False
    for name in ("svgai", "bentoml"):
        logging.getLogger(name).setLevel(settings.log_level)


def stop_service(reason: str) -> NoReturn:
    """
    End this process and the supervisor that would start it anew.

    Only a BentoML worker has such a supervisor; anywhere else the reason is all there is to raise.
    """
    logging.getLogger("svgai").critical(reason)
    main = sys.modules["__main__"]
    if getattr(main.__spec__, "name", None) == _WORKER_MODULE:
        os.kill(os.getppid(), signal.SIGTERM)
        logging.shutdown()
        os._exit(1)  # an exception here would reach the log as a traceback of the server's
    raise SystemExit(reason)
