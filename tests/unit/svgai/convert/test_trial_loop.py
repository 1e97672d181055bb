"""What is offered is made until nothing more is, or time runs out: with scripted outcomes and a clock of our own."""

from collections.abc import Callable, Sequence

import pytest

from svgai.choose.deadlines import Deadline
from svgai.choose.trial_selection import Goal, Offers, by_belief, in_order
from svgai.choose.trials import Trial
from svgai.convert.trial_loop import make_trials
from svgai.errors import RenderingFailed, TracingFailed
from svgai.measure.promise import Promise
from svgai.measure.quality import Quality
from svgai.trace.parameters import TracingParameters
from tests.fakes.serving_fakes import prediction

TRACINGS = tuple(TracingParameters(palette_size=size) for size in range(4))
GOAL = Goal(Promise(0.9, 0.8, 3.0), 4)
GOOD = Quality(0.99, 0.9, 0.9, 0.1, 100, 1)
FAIR = Quality(0.5, 0.5, 0.5, 0.1, 100, 1)


class Script:
    """Gives outcomes in turn, each after its seconds, and knows what time it is."""

    def __init__(self, *outcomes: tuple[float, Quality | Exception]) -> None:
        self.now = 0.0
        self.tried: list[TracingParameters] = []
        self._outcomes = iter(outcomes)

    def make(self, parameters: TracingParameters) -> Trial:
        self.tried.append(parameters)
        seconds, outcome = next(self._outcomes)
        self.now += seconds
        if isinstance(outcome, Exception):
            raise outcome
        return Trial(parameters, "<svg/>", outcome)

    def trials(self, offers: Offers, deadline: float = 100.0) -> list[Trial]:
        self.deadline = Deadline(deadline)
        return make_trials(offers, self.make, self.deadline, lambda: self.now)


def ordered() -> Offers:
    return in_order(TRACINGS, GOAL)


def believed() -> Offers:
    told = prediction(*((tracing, 0.9, 0.5, 300) for tracing in TRACINGS))
    return by_belief(told.portfolio, told.belief, GOAL)


def test_a_tracing_that_fails_is_followed_by_the_next() -> None:
    script = Script((1, TracingFailed("no")), (1, GOOD))
    (trial,) = script.trials(ordered())
    assert trial.quality == GOOD
    assert script.tried == list(TRACINGS[:2])


@pytest.mark.parametrize("second", [FAIR, TracingFailed("no")])
def test_none_begins_that_would_end_past_the_deadline(second: Quality | TracingFailed) -> None:
    """A trial as long as the last one would, whether that succeeded or failed."""
    script = Script((1, FAIR), (5, second), (1, GOOD))
    assert script.trials(ordered(), deadline=10)[0].quality == FAIR
    assert script.deadline.cut_short
    assert script.tried == list(TRACINGS[:2])


@pytest.mark.parametrize("offers", [ordered, believed])
def test_the_first_is_made_however_late_it_is(offers: Callable[[], Offers]) -> None:
    script = Script((1, GOOD))
    assert len(script.trials(offers(), deadline=-1)) == 1


def test_a_deadline_that_leaves_nothing_out_cuts_nothing_short() -> None:
    """It has passed when all that is offered was made."""
    script = Script((5, GOOD))
    assert len(script.trials(in_order(TRACINGS[:1], GOAL), deadline=1)) == 1
    assert not script.deadline.cut_short


@pytest.mark.parametrize("offers", [ordered, believed])
def test_failures_end_at_the_deadline(offers: Callable[[], Offers]) -> None:
    """An image that no tracing can do does not take all of them."""
    script = Script((1, TracingFailed("no")), (1, TracingFailed("no")))
    with pytest.raises(TracingFailed):
        script.trials(offers(), deadline=0)
    assert len(script.tried) == 1


@pytest.mark.parametrize("offers", [ordered, believed])
@pytest.mark.parametrize(
    "faults", [(TracingFailed("a"), RenderingFailed("b")), (RenderingFailed("a"), TracingFailed("b"))]
)
def test_without_one_success_the_last_fault_is_raised(
    faults: Sequence[Exception], offers: Callable[[], Offers]
) -> None:
    script = Script(*((1, fault) for fault in (faults[0], *[faults[1]] * 3)))
    with pytest.raises(type(faults[1]), match="b"):
        script.trials(offers())
    assert len(script.tried) == len(TRACINGS)


def test_where_nothing_is_offered_that_is_the_fault() -> None:
    with pytest.raises(TracingFailed, match="no tracing was tried"):
        Script().trials(in_order((), GOAL))
