"""Containers of a stack that are killed, each in turn."""

import logging
import os
import signal
import time

import psutil

from rollout.waiting import wait_until
from stack.health import is_healthy
from stack.life import services_wanted
from stack.release import read_release
from tests.integration.servers.running_stack import PER_SECOND, Stack, requests
from tests.integration.servers.steady_load import steady_load
from tests.marks import REHEARSED_STACK

logger = logging.getLogger(__name__)

pytestmark = [*REHEARSED_STACK]

RECOVERED_WITHIN_S, GIVEN_UP_AFTER_S = 10.0, 120.0
LATER = {"mlflow": 60.0}
"""What no client waits for and takes its time to start."""


def test_a_killed_container_is_back_in_ten_seconds(stack: Stack) -> None:
    """Each in turn, under load: of nginx's own requests some fail, of no other container's."""
    compose, release = stack.compose, read_release(stack.folder)
    assert release is not None
    recovered: dict[str, float] = {}
    failed: dict[str, list[str]] = {}
    with steady_load(stack.proxy.client, requests("/api/classify", "/api/convert"), PER_SECOND) as load:
        for service in services_wanted(compose, release):
            (container,) = compose.containers(service)
            pid = int(stack.engine.call(["inspect", "--format", "{{.State.Pid}}", container], "no pid"))
            began = time.monotonic()
            os.kill(pid, signal.SIGKILL)

            def is_back(service: str = service, pid: int = pid) -> bool:
                return not psutil.pid_exists(pid) and is_healthy(compose, service)

            assert wait_until(is_back, GIVEN_UP_AFTER_S, every_s=0.2), service
            recovered[service] = round(time.monotonic() - began, 1)
            time.sleep(2)
            failed[service] = load.failures(since=began)
    logger.info("recovered after seconds: %s; failed: %s", recovered, {k: v for k, v in failed.items() if v})
    assert {service for service, faults in failed.items() if faults} <= {"nginx"}
    late = {name: seconds for name, seconds in recovered.items() if seconds > LATER.get(name, RECOVERED_WITHIN_S)}
    assert late == {}
