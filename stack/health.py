"""Whether containers are healthy, by their own checks, and waiting until they are."""

import time
from collections.abc import Iterable
from functools import partial

from rollout.waiting import wait_until
from stack.compose import Compose
from svgai.errors import ContainerFault, StackFault

HEALTHY_WITHIN_S = 120.0
UNCHECKED = frozenset({"watcher"})
"""Services without a check: a look of the watcher takes minutes where it builds, and one that ends is started again."""

_LOOK_EVERY_S = 0.5
_LINES = 20


def is_healthy(compose: Compose, service: str) -> bool:
    """Whether the container of a service runs, and its check succeeds if it has one."""
    ids = compose.containers(service, running=True)
    return bool(ids) and (service in UNCHECKED or all(_succeeds(compose, one) for one in ids))


def wait_until_healthy(compose: Compose, services: Iterable[str], within_s: float = HEALTHY_WITHIN_S) -> float:
    """
    Wait until all are, each of them `within_s` at most; gives the seconds that it took.

    Raises:
        StackFault: one is not in time; with the last lines that it printed.
    """
    began = time.monotonic()
    for service in services:
        if not wait_until(partial(is_healthy, compose, service), within_s, _LOOK_EVERY_S):
            raise StackFault(f"{service} is not healthy after {within_s:g} s:\n{_log(compose, service)}")
    return time.monotonic() - began


def _succeeds(compose: Compose, container: str) -> bool:
    try:
        if compose.engine.name == "podman":
            # Where there is no systemd podman runs no check by itself.
            compose.engine.call(["healthcheck", "run", container], "not healthy")
            return True
        told = compose.engine.call(["inspect", "--format", "{{.State.Health.Status}}", container], "not there")
    except ContainerFault:
        return False
    return told.strip() == "healthy"


def _log(compose: Compose, service: str) -> str:
    ids = compose.containers(service)
    return "\n".join(compose.engine.logs(one, _LINES) for one in ids) if ids else "it has no container"
