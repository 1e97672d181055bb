"""
Records the stages of work and their times, in whichever process it is done.

Without a recorder, a stage costs one look-up of a variable.
"""

import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

_record: ContextVar[list["Stage"] | None] = ContextVar("stages", default=None)


@dataclass(frozen=True)
class Stage:
    """A part of the work; times are nanoseconds since 1970, by the system's clock, shared by all processes."""

    name: str
    began_ns: int
    ended_ns: int


@contextmanager
def recorded() -> Iterator[list[Stage]]:
    """The stages of the work in the block, in the order in which they end; includes threads and tasks started in it."""
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
    """Add the stages recorded by another process."""
    record = _record.get()
    if record is not None:
        record.extend(stages)


@contextmanager
def stage(name: str) -> Iterator[None]:
    """A stage, recorded even if it fails; may also be used as a decorator."""
    record = _record.get()
    if record is None:
        yield
        return
    began, clock = time.time_ns(), time.perf_counter_ns()
    try:
        yield
    finally:
        record.append(Stage(name, began, began + time.perf_counter_ns() - clock))
