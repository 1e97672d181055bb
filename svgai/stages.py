"""
What work consisted of, and when: kept for those who ask, in whichever process it was done.

Where nobody records, a stage costs a look at a variable.
"""

import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

_record: ContextVar[list["Stage"] | None] = ContextVar("stages", default=None)


@dataclass(frozen=True)
class Stage:
    """A part of the work; times are nanoseconds since 1970, by the system's clock, which all processes share."""

    name: str
    began_ns: int
    ended_ns: int


@contextmanager
def recorded() -> Iterator[list[Stage]]:
    """The stages of what is done inside, in the order in which they end; in threads and tasks begun there, too."""
    stages: list[Stage] = []
    token = _record.set(stages)
    try:
        yield stages
    finally:
        _record.reset(token)


def recording() -> bool:
    """Whether somebody asks."""
    return _record.get() is not None


def add_stages(stages: Iterable[Stage]) -> None:
    """Take over what another process recorded."""
    record = _record.get()
    if record is not None:
        record.extend(stages)


@contextmanager
def stage(name: str) -> Iterator[None]:
    """A stage, also where it fails; also around a whole function, as its decorator."""
    record = _record.get()
    if record is None:
        yield
        return
    began, clock = time.time_ns(), time.perf_counter_ns()
    try:
        yield
    finally:
        record.append(Stage(name, began, began + time.perf_counter_ns() - clock))
