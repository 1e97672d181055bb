"""The loop of a conversion: makes and measures the offered tracing, whose result decides the next offer."""

import time
from collections.abc import Callable

from svgai.choose.deadlines import NO_DEADLINE, Deadline
from svgai.choose.trial_selection import Offers
from svgai.choose.trials import Trial
from svgai.errors import RenderingFailed, TracingFailed
from svgai.trace.parameters import TracingParameters


def make_trials(
    offers: Offers,
    make: Callable[[TracingParameters], Trial],
    deadline: Deadline = NO_DEADLINE,
    clock: Callable[[], float] = time.perf_counter,
) -> list[Trial]:
    """
    Make the offered tracings; after the first, none is started that would miss `deadline` if it took as long as the
    last.

    Args:
        offers: the tracings to make.
        make: traces and measures.
        deadline: on `clock`.
        clock: gives the time in seconds.

    Raises:
        TracingFailed, RenderingFailed: not one succeeded; the last one's fault.
    """
    trials: list[Trial] = []
    fault: TracingFailed | RenderingFailed | None = None
    parameters = next(offers, None)
    while parameters is not None:
        began = clock()
        trial = None
        try:
            trial = make(parameters)
            trials.append(trial)
        except (TracingFailed, RenderingFailed) as failure:
            fault = failure
        ended = clock()
        try:
            parameters = offers.send(trial)
        except StopIteration:
            break
        if not deadline.leaves_room(ended + (ended - began)):
            break
    if not trials:
        raise fault or TracingFailed("no tracing was tried")
    return trials
