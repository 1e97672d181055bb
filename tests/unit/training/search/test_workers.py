"""Who does independent work; that of a cluster is tested in integration/test_search_on_dask.py."""

import socket
import threading
import time

import pytest

from svgai.errors import ClusterFault, DatasetFault
from training.search.workers import workers


@pytest.mark.parametrize("jobs", [1, 2, -1])
def test_every_item_is_done_once(jobs: int) -> None:
    """Without a scheduler the work is done here."""
    with workers(jobs, None) as work:
        assert sorted(work(abs, range(-5, 0))) == [1, 2, 3, 4, 5]
        assert list(work(abs, [])) == []


def test_results_come_as_they_are_finished() -> None:
    """A slow item holds up no other one."""
    held = threading.Event()

    def slow_first(item: int) -> int:
        if item == 0:
            assert held.wait(120)
        return item

    with workers(2, None) as work:
        results = work(slow_first, range(3))
        assert next(results) == 1
        held.set()
        assert set(results) == {0, 2}


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_fault_of_the_work_comes_through(jobs: int) -> None:
    """As it was raised."""

    def broken(item: int) -> int:
        raise DatasetFault(f"item {item}")

    with workers(jobs, None) as work, pytest.raises(DatasetFault, match="item 7"):
        list(work(broken, [7]))


@pytest.mark.parametrize("address", ["nonsense", "tcp://127.0.0.1", "http://127.0.0.1:80", "tcp://127.0.0.1:{free}"])
def test_a_scheduler_that_is_not_there_is_told_at_once(address: str) -> None:
    """With the address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        address = address.format(free=probe.getsockname()[1])
    began = time.monotonic()
    with pytest.raises(ClusterFault, match=f"no Dask scheduler at {address}"), workers(1, address):
        pass
    assert time.monotonic() - began < 60
