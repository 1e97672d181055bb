"""One image on which many tracings are made, timed and measured."""

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
    One tracing with the seconds that it took to trace alone, and to trace and measure.

    What we trace is measured while it is made, to be drawn again where it falls short: both are the same for it.
    """

    trial: Trial
    tracing: float
    seconds: float


class Bench:
    """An image that is traced in many ways. `preparing`: the seconds that it took to make it ready to be measured."""

    def __init__(self, rgba: Pixels) -> None:
        self.rgba = rgba
        began = time.perf_counter()
        self._maker = TrialMaker(rgba)
        self.preparing = time.perf_counter() - began
        self.reference = self._maker.reference
        self._known: dict[TracingParameters, Timed] = {}

    def traced(self, parameters: TracingParameters) -> Timed:
        """
        Trace and measure, once: asked again, the first answer holds.

        Raises:
            TracingFailed, RenderingFailed: it cannot be done.
        """
        if parameters not in self._known:
            self._known[parameters] = self.traced_anew(parameters)
        return self._known[parameters]

    def traced_anew(self, parameters: TracingParameters) -> Timed:
        """The same, whatever is known. What tracings have in common is made once for all that; raises the same."""
        began = time.perf_counter()
        trial = self._maker.made(parameters)
        seconds = time.perf_counter() - began
        return Timed(trial, seconds, seconds)

    def timed(self, parameters: TracingParameters, make: Callable[[], str]) -> Timed:
        """
        Measure what `make` gives.

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
