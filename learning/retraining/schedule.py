"""When the optimizer is trained anew by itself: a week after the last time, or sooner where the images have changed."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from threading import Event

from learning.repeated_looks import keep_looking

EVERY = timedelta(days=7)
AT_DRIFT = timedelta(days=1)
"""Since the last version was trained; at drift the first day's images are waited for."""

LEAST_IMAGES = 500
"""Images since then: fewer change a model by chance alone."""

LOOK_EVERY_S = 300.0


@dataclass(frozen=True)
class Occasion:
    """
    What decides whether to train.

    Attributes:
        trained: When the newest version was logged; None: there is none to go on from.
        images: Different images that were converted since.
        challenged: Whether a version is in Staging, whose experiment another one would end.
        drifted: What of the images has changed for certain.
    """

    trained: datetime | None
    images: int
    challenged: bool
    drifted: tuple[str, ...] = ()


def reason_to_train(occasion: Occasion, now: datetime) -> str:
    """Why the optimizer is to be trained now; empty where it is not."""
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
        observe: What there is to decide by.
        retrain: Trains, logs, gates, and puts into Staging; raises SvgAiError where that does not come about.
        say: Told what is done, and why.
    """

    observe: Callable[[], Occasion]
    retrain: Callable[[], None]
    say: Callable[[str], None]
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)

    def look(self) -> None:
        """
        Train where it is time.

        Raises:
            SvgAiError: the database or the registry does not answer, or a gate refused what was trained.
        """
        if reason := reason_to_train(self.observe(), self.clock()):
            self.say(f"the optimizer is trained anew: {reason}")
            self.retrain()

    def watch(self, stopped: Event, every_s: float = LOOK_EVERY_S) -> None:
        """Look again and again until `stopped` is set; what goes wrong is told once."""
        keep_looking(self.look, stopped, every_s, lambda fault: self.say(f"nothing was learned: {fault}"))
