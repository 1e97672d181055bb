"""When the optimizer is trained by itself."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from threading import Event

import pytest

from learning.retraining.schedule import AT_DRIFT, EVERY, LEAST_IMAGES, Learner, Occasion, reason_to_train
from svgai.errors import GateFailed

NOW = datetime(2026, 3, 1, tzinfo=UTC)
DUE = Occasion(NOW - EVERY, LEAST_IMAGES, challenged=False)
DRIFTED = replace(DUE, trained=NOW - AT_DRIFT, drifted=("grain",))


@pytest.mark.parametrize("occasion, told", [(DUE, "500 images since"), (DRIFTED, "the images have changed: grain")])
def test_it_is_time(occasion: Occasion, told: str) -> None:
    """A week after the last training; a day after it where the images have changed."""
    assert told in reason_to_train(occasion, NOW)


@pytest.mark.parametrize(
    "occasion",
    [
        replace(DUE, trained=None),
        replace(DUE, images=LEAST_IMAGES - 1),
        replace(DUE, challenged=True),
        replace(DRIFTED, challenged=True),
        replace(DUE, trained=NOW - EVERY + timedelta(minutes=1)),
        replace(DRIFTED, trained=NOW - AT_DRIFT + timedelta(minutes=1)),
    ],
)
def test_it_is_not_time(occasion: Occasion) -> None:
    """Nothing to go on from, too few images, an experiment that runs, or too soon."""
    assert reason_to_train(occasion, NOW) == ""


def test_it_trains_when_it_is_time_and_says_why() -> None:
    """Else it does nothing."""
    done: list[str] = []
    occasions = [DUE, replace(DUE, images=0)]
    learner = Learner(lambda: occasions.pop(0), lambda: done.append("trained"), done.append, lambda: NOW)
    learner.look()
    learner.look()
    assert done == ["the optimizer is retrained: 500 images since 2026-02-22", "trained"]


def test_what_goes_wrong_is_told_once_and_tried_again() -> None:
    """A gate that refuses ends nothing."""
    stopped, said, looks = Event(), list[str](), list[int]()

    def retrain() -> None:
        looks.append(1)
        if len(looks) == 3:
            stopped.set()
        raise GateFailed("it", ("too large",))

    Learner(lambda: DUE, retrain, said.append, lambda: NOW).watch(stopped, every_s=0)
    assert len(looks) == 3
    assert len([line for line in said if line.startswith("nothing was learned")]) == 1
