"""Runs independent work items: on threads of this machine, or on the workers of a Dask cluster."""

import logging
import socket
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import CancelledError
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from typing import TYPE_CHECKING, Protocol, TypeVar

from joblib import Parallel, delayed

from svgai.errors import ClusterFault

if TYPE_CHECKING:
    from distributed import Client

T = TypeVar("T")
R = TypeVar("R")

CONNECT_S = 5
"""Timeout for the scheduler's answer in seconds."""

WORKERS_S = 30
"""Timeout in seconds for a cluster without workers to get one."""

_SENT_AT_ONCE = 64
"""Items in one message to the scheduler; images are tens of kB, and Dask warns of messages above 10 MB."""


class Workers(Protocol):
    """Applies a function to every item and yields the results as they arrive, in any order."""

    def __call__(self, function: Callable[[T], R], items: Sequence[T], /) -> Iterator[R]: ...


def workers(jobs: int, scheduler: str | None) -> AbstractContextManager[Workers]:
    """
    The workers of the Dask cluster at `scheduler`, or without one `jobs` threads of this process, -1: one per core.

    Raises:
        ClusterFault: the scheduler does not answer, or has no worker.
    """
    return _cluster(scheduler) if scheduler else _threads(jobs)


@contextmanager
def _threads(jobs: int) -> Iterator[Workers]:
    def work(function: Callable[[T], R], items: Sequence[T], /) -> Iterator[R]:
        parallel = Parallel(jobs, backend="threading", return_as="generator_unordered")
        yield from parallel(delayed(function)(item) for item in items)

    yield work


@contextmanager
def _cluster(address: str) -> Iterator[Workers]:
    with cluster_client(address) as client:
        yield partial(_on_cluster, client, address)


@contextmanager
def cluster_client(address: str) -> Iterator["Client"]:
    """
    A client of the Dask cluster at an address, with at least one worker.

    Raises:
        ClusterFault: the scheduler does not answer, or has no worker.
    """
    import dask  # noqa: PLC0415 - takes a second, and most searches need none
    from distributed import Client  # noqa: PLC0415

    logging.getLogger("distributed.client").setLevel(logging.CRITICAL)  # our faults say the same in one line
    # A client that lost its scheduler also gives up after this time; by default it waits half a minute.
    with dask.config.set({"distributed.comm.timeouts.connect": f"{CONNECT_S}s"}):
        try:
            _require_listener(address)
            client = Client(address, timeout=CONNECT_S, set_as_default=False)  # type: ignore[no-untyped-call]
        except (OSError, ValueError, MemoryError) as fault:  # the last: a length, parsed from another protocol's bytes
            raise ClusterFault(f"there is no Dask scheduler at {address}: {fault}") from fault
        with client:
            try:
                client.wait_for_workers(1, WORKERS_S)
            except TimeoutError as fault:
                raise ClusterFault(f"the Dask scheduler at {address} has no workers") from fault
            yield client


def _require_listener(address: str) -> None:
    """Check that anything listens, because a client that found nothing takes long to close."""
    from distributed.comm.addressing import get_address_host_port  # noqa: PLC0415

    socket.create_connection(get_address_host_port(address), CONNECT_S).close()


def _on_cluster(client: "Client", address: str, function: Callable[[T], R], items: Sequence[T], /) -> Iterator[R]:
    from distributed import KilledWorker, as_completed  # noqa: PLC0415

    futures = client.map(function, items, pure=False, batch_size=_SENT_AT_ONCE)
    finished = as_completed(futures, loop=client.loop)  # type: ignore[no-untyped-call]
    del futures  # the cluster drops a result without a reference to its future
    try:
        for future in finished:
            yield future.result()
    except KilledWorker as fault:
        raise ClusterFault(f"several workers died at the same task: {fault}") from fault
    except CancelledError as fault:
        raise ClusterFault(f"the Dask scheduler at {address} has gone") from fault
    except ImportError as fault:
        raise ClusterFault(f"a worker has not this version of svgai installed: {fault}") from fault
