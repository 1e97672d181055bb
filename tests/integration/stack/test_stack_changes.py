"""Versions of a stack's service changed under load, refused, and changed by commands that are killed."""

import logging
import os
import time
from itertools import pairwise

import psutil

from stack.release import Release, read_release, services_of
from tests.integration.servers.running_stack import PER_SECOND, Stack, requests
from tests.integration.servers.steady_load import steady_load
from tests.marks import REHEARSED_STACK

logger = logging.getLogger(__name__)

pytestmark = [*REHEARSED_STACK]

CHANGES = int(os.environ.get("STACK_CHANGES", "2"))
KILLED_AFTER_S = (3, 9, 14)


def release_of(stack: Stack) -> Release:
    release = read_release(stack.folder)
    assert release is not None
    return release


def other_image(stack: Stack) -> str:
    """The one of both that does not serve."""
    return stack.images.second if release_of(stack).image == stack.images.first else stack.images.first


def test_versions_change_without_a_failed_request(stack: Stack) -> None:
    """Upgrades and rollbacks in turn, each to the image that does not serve, and at the end one that does not work."""
    paths = ("/api/classify", "/api/optimize", "/api/convert")
    served = [release_of(stack).image]
    with steady_load(stack.proxy.client, requests(*paths), PER_SECOND) as load:
        for number in range(CHANGES):
            began = time.monotonic()
            if number % 2:
                stack.does("rollback")
            else:
                stack.does("upgrade", other_image(stack), "--canary", "20", "--observe", "3")
            logger.info("change %d: %.1f s, %d requests", number + 1, time.monotonic() - began, len(load.told))
            assert load.failures() == []
            served.append(release_of(stack).image)
        assert all(one != following for one, following in pairwise(served))
        before = release_of(stack)
        refused = stack.command("upgrade", stack.images.broken, "--canary", "0")
        assert "is not in service" in refused.communicate(timeout=300)[0]
        assert refused.returncode != 0
        after = release_of(stack)
        assert (after.live, after.image, after.phase) == (before.live, before.image, "steady")
    assert load.failures() == []
    logger.info("%d requests, put off %d times", len(load.told), sum(one.put_off for one in load.told))
    assert len(load.told) > PER_SECOND * CHANGES


def test_a_killed_upgrade_is_finished_by_the_next(stack: Stack) -> None:
    """Kill -9 after a while, again and again: requests are answered meanwhile, and the last one gets through."""
    image = other_image(stack)
    with steady_load(stack.proxy.client, requests("/api/classify"), PER_SECOND) as load:
        for seconds in KILLED_AFTER_S:
            killed = stack.command("upgrade", image, "--canary", "20", "--observe", "2")
            time.sleep(seconds)
            _kill_with_children(killed.pid)
            killed.communicate()
        stack.does("upgrade", image, "--canary", "20", "--observe", "1")
    assert load.failures() == []
    after = release_of(stack)
    assert (after.image, after.phase) == (image, "steady")
    assert not stack.compose.containers(services_of(after.other)[0], running=True)


def _kill_with_children(pid: int) -> None:
    process = psutil.Process(pid)
    for one in [*process.children(recursive=True), process]:
        one.kill()
