"""What is counted of nginx before the set that it sent requests to is stopped."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

import psutil
import pytest

from rollout.waiting import wait_until
from stack.proxy import COUNT_WORKERS

TITLES = ("nginx: worker process", "nginx: worker process is shutting down")


@contextmanager
def processes_titled(*titles: str) -> Iterator[None]:
    """Programs that call themselves so."""
    started = [subprocess.Popen([title, "60"], executable="/bin/sleep") for title in titles]
    try:
        yield
    finally:
        for one in started:
            one.kill()
            one.wait()


def counted() -> int:
    return int(subprocess.run(["sh", "-c", COUNT_WORKERS], capture_output=True, text=True, check=True).stdout)


def workers() -> int:
    """Those of this machine, which may have an nginx of its own."""
    return sum(
        one.info["cmdline"][0].startswith(TITLES[0]) for one in psutil.process_iter(["cmdline"]) if one.info["cmdline"]
    )


@pytest.mark.parametrize("titles", [(), TITLES], ids=["none", "one and an old one"])
def test_workers_are_counted_and_nothing_else(titles: tuple[str, ...]) -> None:
    """Old ones, too; not the shell that counts, nor its grep, which have the same words in their command lines."""
    with processes_titled(*titles):
        assert wait_until(lambda: counted() == workers(), 60, 0.2)  # others may come and go
        assert counted() >= len(titles)
