"""The schedule of retraining: a week after the last one, or sooner after input drift."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from threading import Event

from learning.repeated_looks import keep_looking

EVERY = timedelta(days=7)
AT_DRIFT = timedelta(days=1)
"""Time since the last training; after drift, a day's images are awaited."""

LEAST_IMAGES = 500
"""Images since then: fewer would only add noise."""

LOOK_EVERY_S = 300.0


@dataclass(frozen=True)
class Occasion:
    """
    Facts for the decision to train.

    Attributes:
        trained: When the newest version was logged; None: there is none.
        images: Number of different images converted since.
        challenged: Whether a version is in Staging, whose A/B test a new one would end.
        drifted: The features with significant drift.
    """

    trained: datetime | None
    images: int
    challenged: bool
    drifted: tuple[str, ...] = ()


def reason_to_train(occasion: Occasion, now: datetime) -> str:
    """The reason to train the optimizer now; empty if there is none."""
    if occasion.trained is None or occasion.challenged or occasion.images < LEAST_IMAGES:
        return ""
    age = now - occasion.trained
    if occasion.drifted and age >= AT_DRIFT:
        return f"the images have changed: {', '.join(occasion.drifted)}"
    return f"{occasion.images} images since {occasion.trained:%Y-%m-%d}" if age >= EVERY else ""


@dataclass(frozen=True)
class Learner:
    """
    Trains when it is time.

    Attributes:
        observe: Returns these facts.
        retrain: Trains, logs, gates, and moves to Staging; raises SvgAiError if that fails.
        say: Called with a message about each step.
    """

    observe: Callable[[], Occasion]
    retrain: Callable[[], None]
    say: Callable[[str], None]
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)

    def look(self) -> None:
        """
        Train if it is time.

        Raises:
            SvgAiError: the database or the registry does not answer, or a gate rejected the new version.
        """
        if reason := reason_to_train(self.observe(), self.clock()):
            self.say(f"the optimizer is retrained: {reason}")
            self.retrain()

    def watch(self, stopped: Event, every_s: float = LOOK_EVERY_S) -> None:
        """Check repeatedly until `stopped` is set; an error is reported once."""
        keep_looking(self.look, stopped, every_s, lambda fault: self.say(f"nothing was learned: {fault}"))
