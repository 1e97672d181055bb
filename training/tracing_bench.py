"""One image on which many tracings are made, timed and measured."""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from svgai.errors import RenderingFailed, TracingFailed
from svgai.images import Pixels
from svgai.quality import Reference
from svgai.tracing import trace
from svgai.tracing_parameters import TracingParameters
from svgai.walk import Trial


@dataclass(frozen=True)
class Timed:
    """One tracing with the seconds that it took to trace alone, and to trace and measure."""

    trial: Trial
    tracing: float
    seconds: float


class Bench:
    """An image that is traced in many ways. `preparing`: the seconds that it took to make it ready to be measured."""

    def __init__(self, rgba: Pixels) -> None:
        self.rgba = rgba
        began = time.perf_counter()
        self.reference = Reference(rgba)
        self.preparing = time.perf_counter() - began
        self._known: dict[TracingParameters, Timed] = {}

    def traced(self, parameters: TracingParameters) -> Timed:
        """
        Trace and measure, once: asked again, the first answer holds.

        Raises:
            TracingFailed, RenderingFailed: it cannot be done.
        """
        if parameters not in self._known:
            self._known[parameters] = self.timed(parameters, lambda: trace(self.rgba, parameters))
        return self._known[parameters]

    def timed(self, parameters: TracingParameters, make: Callable[[], str]) -> Timed:
        """
        Measure what `make` gives.

        Raises:
            TracingFailed, RenderingFailed: it cannot be done.
        """
        began = time.perf_counter()
        svg = make()
        made = time.perf_counter()
        trial = Trial.measured(parameters, svg, self.reference)
        return Timed(trial, made - began, time.perf_counter() - began)

    def all_traced(self, tracings: Iterable[TracingParameters]) -> list[Timed]:
        """Those that can be traced."""
        found = []
        for parameters in tracings:
            try:
                found.append(self.traced(parameters))
            except (TracingFailed, RenderingFailed):
                continue
        return found
