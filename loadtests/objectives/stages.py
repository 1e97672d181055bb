"""The load profile: stages with a target rate each, and the users that produce it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

USER_RATE = 0.2
"""
Default requests per second of one user.

A user that waits for an answer sends nothing else. The load is open, independent of the service, as long as answers
take less than the five seconds that a user has for each.
"""

RAMP_S = 5.0
"""Seconds of the initial ramp if no stages are given."""

_DURATION = re.compile(r"(?:(\d+(?:\.\d+)?)h)?(?:(\d+(?:\.\d+)?)m)?(?:(\d+(?:\.\d+)?)s)?")


@dataclass(frozen=True)
class Stage:
    """The rate changes linearly to `rate` requests per second within `seconds`."""

    seconds: float
    rate: float


def parse_duration(text: str) -> float:
    """
    Parse a duration such as `90s`, `5m`, `1h30m` to seconds.

    Raises:
        ValueError: It is not a duration, or zero.
    """
    found = _DURATION.fullmatch(text.strip())
    hours, minutes, seconds = (float(part or 0) for part in found.groups()) if found else (0, 0, 0)
    total = hours * 3600 + minutes * 60 + seconds
    if total <= 0:
        raise ValueError(f"{text!r} is not a duration such as 90s, 5m or 1h30m")
    return total


def parse_stages(text: str) -> tuple[Stage, ...]:
    """
    Stages of a text such as `10s:5,1m:5,10s:20,1m:20`: the duration of each, and the rate at its end.

    Raises:
        ValueError: It is no such text, or no stage has any load.
    """
    stages = []
    for part in text.split(","):
        duration, _, rate = part.partition(":")
        if not re.fullmatch(r"\d+(\.\d+)?", rate.strip()):
            raise ValueError(f"{part!r} is not a stage such as 30s:10 (its duration, and requests a second at its end)")
        stages.append(Stage(parse_duration(duration), float(rate)))
    if not any(stage.rate for stage in stages):
        raise ValueError("no stage has any load")
    return tuple(stages)


def written(stages: Sequence[Stage]) -> str:
    """The text that `parse_stages` reads."""
    return ",".join(f"{stage.seconds:g}s:{stage.rate:g}" for stage in stages)


def steady(rate: float, seconds: float) -> tuple[Stage, ...]:
    """A short ramp to a rate, and that rate for some seconds."""
    return (Stage(RAMP_S, rate), Stage(seconds, rate))


def total_seconds(stages: Sequence[Stage]) -> float:
    """The total duration of all stages."""
    return sum(stage.seconds for stage in stages)


def peak(stages: Sequence[Stage]) -> float:
    """The highest rate, in requests a second."""
    return max(stage.rate for stage in stages)


def mean_rate(stages: Sequence[Stage], seconds: float | None = None) -> float:
    """The mean rate in requests a second: of all stages, or of the first seconds."""
    left = total_seconds(stages) if seconds is None else min(seconds, total_seconds(stages))
    asked, before, over = 0.0, 0.0, 0.0
    for stage in stages:
        part = min(stage.seconds, left - over)
        if part <= 0:
            break
        asked += part * (before + 0.5 * (stage.rate - before) * part / stage.seconds)
        over, before = over + part, stage.rate
    return asked / over if over else 0.0


def rate_at(stages: Sequence[Stage], second: float) -> float | None:
    """Requests a second at a time in seconds after the start; None after the end."""
    start, before = 0.0, 0.0
    for stage in stages:
        if second < start + stage.seconds:
            return before + (stage.rate - before) * (second - start) / stage.seconds
        start, before = start + stage.seconds, stage.rate
    return None


class Pacing:
    """
    The sending times of one user: random, on average `rate` times a second, independent of response times.

    They are a Poisson process, so that users who start together do not stay synchronized. A user who was blocked sends
    due requests at once.
    """

    def __init__(self, rate: float, rng: Random) -> None:
        self._rate = rate
        self._rng = rng
        self._due: float | None = None

    def wait_s(self, now: float) -> float:
        """Seconds until the next request, from a clock's seconds `now`."""
        self._due = (now if self._due is None else self._due) + self._rng.expovariate(self._rate)
        return max(0.0, self._due - now)
