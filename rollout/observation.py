"""Observes a new service: whether it lives, is ready, and fails no more than the previous one."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from rollout.service_process import find, is_ready
from rollout.state import Service
from rollout.traffic import Answers, fault_of, logged_answers

_LOOK_EVERY_S = 0.5
_NOT_READY_TIMES = 3


@dataclass(frozen=True)
class Care:
    """How a new Bento is rolled out: its share of requests as a canary, and seconds of observation in each step."""

    canary_percent: int = 0
    observe_s: float = 60


def observe(
    service: Service,
    folder: Path,
    seconds: float,
    log: Path,
    before: Callable[[], Answers | None],
    cancelled: Callable[[], bool],
) -> str:
    """
    Observe a service of the deployment in `folder`, by the proxy's log; returns the reason for a rollback, or nothing.

    `before` returns the answers of the service that it is compared with, if known; `cancelled` is called at each check.
    """
    offset = log.stat().st_size if log.is_file() else 0
    deadline = time.monotonic() + seconds
    not_ready = 0
    while True:
        if cancelled():
            return "it was rolled back by a command"
        if find(service, folder) is None:
            return "its process ended"
        not_ready = 0 if is_ready(service) else not_ready + 1
        if not_ready == _NOT_READY_TIMES:
            return f"it was not ready {_NOT_READY_TIMES} times in a row"
        if fault := fault_of(logged_answers(log, (service.upstream,), offset), before()):
            return fault
        left = deadline - time.monotonic()
        if left <= 0:
            return ""
        time.sleep(min(_LOOK_EVERY_S, left))
