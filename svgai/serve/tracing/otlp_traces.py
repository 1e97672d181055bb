"""
Spans of requests and batches, sent by OpenTelemetry's SDK as OTLP/HTTP (JSON) from a separate thread.

With a dead or slow collector spans are lost, never requests: the SDK's queue is bounded.
"""

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from opentelemetry import trace
from opentelemetry.exporter.otlp.json.http.trace_exporter import OTLPSpanExporter
from opentelemetry.propagators.textmap import Getter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace import Link, Span, SpanKind
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator
from starlette.datastructures import Headers

from svgai.api.gateway import App
from svgai.serve.tracing.request_spans import RequestSpans
from svgai.stages import Stage, recorded

_TRACES_PATH = "/v1/traces"
_SEND_WITHIN_S, _END_WITHIN_S = 5.0, 2.0


class _HeaderGetter(Getter[Headers]):
    def get(self, carrier: Headers, key: str) -> list[str] | None:
        return carrier.getlist(key) or None

    def keys(self, carrier: Headers) -> list[str]:
        return carrier.keys()


class OtlpTraces:
    """
    Traces for a collector.

    A request's span continues the trace that its `traceparent` names; a batch is a separate trace, linked with its
    requests. The SDK's own variables apply, such as OTEL_TRACES_SAMPLER and OTEL_EXPORTER_OTLP_HEADERS.

    Args:
        endpoint: the collector's address, such as http://collector:4318.
        service_version: what is served.
    """

    def __init__(self, endpoint: str, service_version: str) -> None:
        resource = Resource.create({"service.name": "svgai", "service.version": service_version})
        self._provider = TracerProvider(resource=resource, shutdown_on_exit=False)
        exporter = OTLPSpanExporter(endpoint.rstrip("/") + _TRACES_PATH, timeout=_SEND_WITHIN_S)
        self._provider.add_span_processor(BatchSpanProcessor(exporter))
        self._tracer = self._provider.get_tracer("svgai")
        self._propagator = TraceContextTextMapPropagator()
        self._getter = _HeaderGetter()

    def around(self, app: App) -> App:
        return RequestSpans(app, open_span=self.request, close=self.close)

    def rider(self) -> object:
        return trace.get_current_span()

    @contextmanager
    def request(self, headers: Headers, name: str) -> Iterator[Span]:
        """A request's span, which is the current one inside, and the stages of its work."""
        context = self._propagator.extract(headers, getter=self._getter)
        with (
            self._tracer.start_as_current_span(name, context, SpanKind.SERVER) as span,
            recorded() as stages,
        ):
            try:
                yield span
            finally:
                self._add(span, stages)

    @contextmanager
    def batch(self, api: str, riders: Sequence[object]) -> Iterator[None]:
        """A batch's span, and the stages of its work."""
        spans = [rider for rider in riders if isinstance(rider, Span)]
        links = [Link(span.get_span_context()) for span in spans]
        root = trace.set_span_in_context(trace.INVALID_SPAN)
        with (
            self._tracer.start_as_current_span(
                f"batch {api}", root, links=links, attributes={"svgai.batch.requests": len(spans)}
            ) as batch,
            recorded() as stages,
        ):
            for span in spans:
                span.add_link(batch.get_span_context())
            try:
                yield
            finally:
                self._add(batch, stages)

    def close(self) -> None:
        """Send the queued spans, and stop; after two seconds the rest is dropped."""
        # The SDK takes half a minute if the collector hangs, whatever its settings.
        ending = threading.Thread(target=self._provider.shutdown, name="end-traces", daemon=True)
        ending.start()
        ending.join(_END_WITHIN_S)

    def _add(self, parent: Span, stages: Sequence[Stage]) -> None:
        """Spans of stages, each a child of the one that contains it."""
        if not parent.is_recording():
            return
        within: list[tuple[int, Span]] = []
        for stage in sorted(stages, key=lambda one: (one.began_ns, -one.ended_ns)):
            while within and within[-1][0] < stage.ended_ns:
                within.pop()
            above = within[-1][1] if within else parent
            span = self._tracer.start_span(stage.name, trace.set_span_in_context(above), start_time=stage.began_ns)
            span.end(stage.ended_ns)
            within.append((stage.ended_ns, span))
