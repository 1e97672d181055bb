"""Tracings of one image, timed and measured."""

import pytest

from svgai.choose.trials import TrialMaker
from svgai.errors import TracingFailed
from svgai.measure.quality import Reference
from svgai.trace.parameters import TracingParameters
from svgai.trace.tracer import trace
from tests.fakes.tiny_models import TRACINGS, drawn_logo
from training.search.tracing_bench import Bench, Timed

RGBA = drawn_logo(1, 32)


def test_a_tracing_is_done_once() -> None:
    """The second time it is known, with what was measured and how long it took."""
    bench = Bench(RGBA)
    first = bench.traced(TRACINGS[0])
    assert bench.traced(TRACINGS[0]) is first
    assert first.trial == TrialMaker(RGBA).made(TRACINGS[0])
    assert 0 < first.tracing == first.seconds


def test_a_tracing_can_be_done_anew() -> None:
    """It gives the same once more, and takes its time."""
    bench = Bench(RGBA)
    known = bench.traced(TRACINGS[0])
    again = bench.traced_anew(TRACINGS[0])
    assert again is not known
    assert again.trial == known.trial
    assert again.seconds > 0


def test_what_is_lost_is_drawn_again() -> None:
    """A bench measures what the service would draw, not the plain drawing alone."""
    rgba = drawn_logo(1, 64)
    rgba[4:7, 4:7, :3] = (160, 20, 20)
    coarse = TracingParameters(filter_speckle=12)
    trial = Bench(rgba).traced(coarse).trial
    assert trial.quality.worst > 0.8 > Reference(rgba).measure(trace(rgba, coarse)).worst


def test_what_is_made_otherwise_is_measured_alike() -> None:
    """The seconds of making it alone are fewer than those of making and measuring it."""
    svg = trace(RGBA, TRACINGS[1])
    timed = Bench(RGBA).timed(TRACINGS[1], lambda: svg)
    assert timed.trial == TrialMaker(RGBA).measured(TRACINGS[1], svg)
    assert 0 < timed.tracing < timed.seconds


class OneFails(Bench):
    """An image that the first of the tracings cannot do."""

    def traced(self, parameters: TracingParameters) -> Timed:
        if parameters == TRACINGS[0]:
            raise TracingFailed("no way")
        return super().traced(parameters)


def test_what_cannot_be_traced_is_left_out() -> None:
    """Of several, in their order."""
    assert [one.trial.parameters for one in OneFails(RGBA).all_traced(TRACINGS)] == list(TRACINGS[1:])


def test_what_cannot_be_made_is_a_fault() -> None:
    """Alone it gives nothing to go on with."""

    def failing() -> str:
        raise TracingFailed("no way")

    with pytest.raises(TracingFailed):
        Bench(RGBA).timed(TRACINGS[0], failing)
