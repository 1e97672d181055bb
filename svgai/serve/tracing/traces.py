"""The interface to tracing, and the null implementation."""

from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import Protocol

from svgai.api.gateway import App


class Traces(Protocol):
    """Traces requests and batches."""

    def around(self, app: App) -> App:
        """The application, with a span for each request."""

    def rider(self) -> object:
        """A handle of the current request for its batch."""

    def batch(self, api: str, riders: Sequence[object]) -> AbstractContextManager[None]:
        """Around the work of a batch of these requests."""


class NoTraces:
    """Traces nothing: there is no OTLP_ENDPOINT."""

    def around(self, app: App) -> App:
        return app

    def rider(self) -> object:
        return None

    def batch(self, api: str, riders: Sequence[object]) -> AbstractContextManager[None]:  # noqa: ARG002
        return nullcontext()


def open_traces(endpoint: str | None, service_version: str) -> Traces:
    """Traces to an OTLP endpoint over HTTP; the null implementation without one."""
    if endpoint is None:
        return NoTraces()
    from svgai.serve.tracing.otlp_traces import OtlpTraces  # noqa: PLC0415 - the SDK is loaded where it is used

    return OtlpTraces(endpoint, service_version)
