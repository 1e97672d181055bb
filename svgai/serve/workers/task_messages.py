"""
Messages of functions and their results, between the service and its conversion processes.

Functions are sent as pickles. The answers of a process with untrusted input are not trusted: only values are read from
them, no function is called.
"""

import io
import mmap
import os
import pickle  # nosec B403
import resource
import time
import traceback
from contextlib import nullcontext
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from svgai.errors import SvgAiError
from svgai.stages import Stage, recorded

_BUILT_IN = frozenset({("builtins", "RuntimeError"), ("builtins", "object"), ("copyreg", "_reconstructor")})


OUT_OF_MEMORY = 71
"""Exit code of a process without memory for a task."""

_ROOM_BYTES = 64_000_000
"""Address space that a task may need at once; with less, libraries fail unpredictably."""


@dataclass(frozen=True)
class Outcome:
    """A function's result or exception, its time in seconds, and its stages, if requested."""

    seconds: float
    value: Any = None
    fault: BaseException | None = None
    stages: tuple[Stage, ...] = ()

    def result(self) -> Any:
        """The value; an exception is raised."""
        if self.fault is not None:
            raise self.fault
        return self.value


def run_task(message: bytes) -> bytes:
    """Run the function of a message, in the child process."""
    function, args, kwargs, watched = pickle.loads(message)  # noqa: S301 - from the service itself  # nosec B301
    value: Any = None
    fault: Exception | None = None
    began = time.perf_counter()
    stages: list[Stage] = []
    try:
        with recorded() if watched else nullcontext(stages) as stages:
            value = function(*args, **kwargs)
    except SvgAiError as foreseen:
        if foreseen.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            _end_without_room()
        fault = type(foreseen)(foreseen.message)
        fault.detail = foreseen.detail
    except MemoryError:
        os._exit(OUT_OF_MEMORY)
    except Exception:  # noqa: BLE001 - it is raised where the task was given, as text: its type may be anybody's
        _end_without_room()
        fault = RuntimeError(traceback.format_exc())
    written = io.BytesIO()
    pickler = pickle.Pickler(written)
    pickler.dispatch_table = {}  # a library may have changed how exceptions are pickled, to a function that is not read
    pickler.dump((time.perf_counter() - began, value, fault, tuple(stages)))
    return written.getvalue()


def _end_without_room() -> None:
    """
    Exit if memory may be short: it is used up in this process, and the task is retried in another.

    A library that failed for lack of address space may have freed its memory, so a limit alone is reason to exit.
    """
    limited = resource.getrlimit(resource.RLIMIT_AS)[0] != resource.RLIM_INFINITY
    try:
        mmap.mmap(-1, _ROOM_BYTES).close()
    except OSError:
        limited = True
    if limited:
        os._exit(OUT_OF_MEMORY)


def read_outcome(message: bytes) -> Outcome:
    """
    The parsed answer of a process.

    Raises:
        pickle.UnpicklingError: it holds anything but values.
    """
    return Outcome(*_Values(io.BytesIO(message)).load())


class _Values(pickle.Unpickler):
    """Only reads instances of our own classes and of built-in ones."""

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) in _BUILT_IN:
            return super().find_class(module, name)
        found = super().find_class(module, name) if module.startswith("svgai.") else None
        if not isinstance(found, type):
            raise pickle.UnpicklingError(f"{module}.{name} is no value")
        return found
