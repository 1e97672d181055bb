"""Limits of a process that decodes untrusted images: processor time, memory, system calls."""

import resource
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PAGES = Path("/proc/self/statm")


@contextmanager
def processor_time(seconds: float) -> Iterator[None]:
    """
    Kill this process by SIGPROF if the block takes more processor time.

    The kernel measures and kills, so native code that never returns to Python is stopped, too.
    """
    signal.signal(signal.SIGPROF, signal.SIG_DFL)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)


@contextmanager
def memory(more_bytes: int) -> Iterator[None]:
    """Limit the additional address space of the block; beyond it there is MemoryError."""
    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (_address_space() + more_bytes, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))


def limit_process(more_bytes: int) -> None:
    """Permanently limit additional address space, and forbid writing files and core dumps."""
    size = _address_space() + more_bytes
    resource.setrlimit(resource.RLIMIT_AS, (size, size))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def processor_seconds() -> float:
    """Processor time of this process so far."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def _address_space() -> int:
    return int(PAGES.read_text().split()[0]) * resource.getpagesize()
