"""What is told of requests to whoever traces them: the seam, and the one that tells nothing."""

from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import Protocol

from svgai.api.gateway import App


class Traces(Protocol):
    """Tells what requests and batches consisted of."""

    def around(self, app: App) -> App:
        """The application, with a span for each request."""

    def rider(self) -> object:
        """What names the current request to a batch that it rides in."""

    def batch(self, api: str, riders: Sequence[object]) -> AbstractContextManager[None]:
        """Around the work of a batch of these requests."""


class NoTraces:
    """Tells nothing: there is no OTLP_ENDPOINT."""

    def around(self, app: App) -> App:
        return app

    def rider(self) -> object:
        return None

    def batch(self, api: str, riders: Sequence[object]) -> AbstractContextManager[None]:  # noqa: ARG002
        return nullcontext()


def open_traces(endpoint: str | None, service_version: str) -> Traces:
    """Traces that are sent to an OTLP endpoint over HTTP; none where there is none."""
    if endpoint is None:
        return NoTraces()
    from svgai.serve.tracing.otlp_traces import OtlpTraces  # noqa: PLC0415 - the SDK is loaded where it is used

    return OtlpTraces(endpoint, service_version)
