"""What is tried on simulated services."""

import pytest

from loadtests.scaling.scenarios import LOADS, LONGEST_WAITS_S, STARTS_S, try_autoscalers, try_queues

CONVERSIONS = [1.0, 2.0, 6.0]
"""Long ones: there are few of them in the time that is simulated."""


@pytest.mark.slow
def test_every_limit_is_tried_under_every_load() -> None:
    """More load is more refusals; choosing the less busy of two spares some."""
    counted: list[tuple[int, int]] = []
    trials = try_queues(CONVERSIONS, [1], lambda done, of: counted.append((done, of)))
    assert len(trials) == 2 * len(LONGEST_WAITS_S) * len(LOADS)
    assert counted[-1] == (len(trials), len(trials))
    found = {(trial.least_busy, trial.longest_wait_s, trial.load): trial for trial in trials}
    assert found[False, 1.5, 0.6].refused < found[False, 1.5, 1.0].refused < found[False, 1.5, 1.5].refused
    assert all(found[True, wait, 1.0].refused < found[False, wait, 1.0].refused for wait in LONGEST_WAITS_S)


@pytest.mark.slow
def test_every_way_to_scale_is_tried_with_every_start() -> None:
    """Services that come refuse less than those that stay, and cost more."""
    trials = {(trial.by, trial.start_s): trial for trial in try_autoscalers(CONVERSIONS, [1], lambda *_: None)}
    fast, slow = STARTS_S
    stays = trials.pop(("none", fast))
    assert (stays.services, stays.changes) == (10, 0)
    assert set(trials) == {
        (by, start) for by in ("processor", "waiting", "waiting and processor") for start in STARTS_S
    }
    for trial in trials.values():
        assert trial.refused_within < stays.refused_within
        assert trial.most > stays.most
    assert trials["waiting and processor", fast].refused < trials["waiting and processor", slow].refused
