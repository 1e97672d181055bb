"""Makes, times and measures many tracings of one image."""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from svgai.array_types import Pixels
from svgai.choose.trials import Trial, TrialMaker
from svgai.errors import RenderingFailed, TracingFailed
from svgai.trace.parameters import TracingParameters


@dataclass(frozen=True)
class Timed:
    """
    One tracing with the seconds for tracing alone, and for tracing and measuring.

    Our own tracings are measured during refinement: both are the same for them.
    """

    trial: Trial
    tracing: float
    seconds: float


class Bench:
    """An image that is traced with many settings. `preparing`: the seconds for preparing its measurement."""

    def __init__(self, rgba: Pixels) -> None:
        self.rgba = rgba
        began = time.perf_counter()
        self._maker = TrialMaker(rgba)
        self.preparing = time.perf_counter() - began
        self.reference = self._maker.reference
        self._known: dict[TracingParameters, Timed] = {}

    def traced(self, parameters: TracingParameters) -> Timed:
        """
        Trace and measure once; further calls return the first result.

        Raises:
            TracingFailed, RenderingFailed: it cannot be done.
        """
        if parameters not in self._known:
            self._known[parameters] = self.traced_anew(parameters)
        return self._known[parameters]

    def traced_anew(self, parameters: TracingParameters) -> Timed:
        """The same without the cache. Steps shared by tracings are still computed only once; raises the same."""
        began = time.perf_counter()
        trial = self._maker.made(parameters)
        seconds = time.perf_counter() - began
        return Timed(trial, seconds, seconds)

    def timed(self, parameters: TracingParameters, make: Callable[[], str]) -> Timed:
        """
        Measure the result of `make`.

        Raises:
            TracingFailed, RenderingFailed: it cannot be done.
        """
        began = time.perf_counter()
        svg = make()
        made = time.perf_counter()
        trial = self._maker.measured(parameters, svg)
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
