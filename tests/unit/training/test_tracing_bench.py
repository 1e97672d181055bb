"""Tracings of one image, timed and measured."""

import pytest

from svgai.errors import TracingFailed
from svgai.quality import Reference
from svgai.tracing import trace
from svgai.tracing_parameters import TracingParameters
from tests.tiny_models import TRACINGS, drawn_logo
from training.tracing_bench import Bench, Timed

RGBA = drawn_logo(1, 32)


def test_a_tracing_is_done_once() -> None:
    """The second time it is known, with what was measured and how long it took."""
    bench = Bench(RGBA)
    first = bench.traced(TRACINGS[0])
    assert bench.traced(TRACINGS[0]) is first
    assert first.trial.quality == Reference(RGBA).measure(trace(RGBA, TRACINGS[0]))
    assert 0 < first.tracing < first.seconds


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
