"""Executors: this process, local processes, threads for calls of a service, a Dask cluster."""

import multiprocessing
import signal
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass

from pebble import ProcessPool

from commands.folders.file_work import Task, Work
from commands.folders.records import FileRecord

LONGEST_S = 600
"""Seconds after which a process that still works on one file is killed."""

_PRELOADED = ["commands.folders.file_work", "commands.folders.converters"]

Submit = Callable[[Task], "Future[FileRecord]"]


@dataclass(frozen=True)
class Executor:
    """Accepts tasks; `in_flight` of them keep all workers busy."""

    submit: Submit
    in_flight: int


def in_this_process(work: Work) -> AbstractContextManager[Executor]:
    """One file after the other, each done when `submit` returns."""
    return _inline(work)


@contextmanager
def _inline(work: Work) -> Iterator[Executor]:
    def submit(task: Task) -> "Future[FileRecord]":
        future: Future[FileRecord] = Future()
        future.set_result(work(task))
        return future

    yield Executor(submit, 1)


@contextmanager
def in_threads(work: Work, threads: int) -> Iterator[Executor]:
    """Threads, for I/O-bound work."""
    with ThreadPoolExecutor(threads, thread_name_prefix="svgai-convert") as pool:
        yield Executor(lambda task: pool.submit(work, task), threads)


@contextmanager
def in_processes(work: Work, processes: int) -> Iterator[Executor]:
    """
    Processes of this machine: VTracer and resvg hold the interpreter's lock while they work.

    A process that dies, or takes LONGEST_S for one file, fails that file only.
    """
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(_PRELOADED)
    pool = ProcessPool(processes, initializer=_set_up, context=context)
    try:
        yield Executor(lambda task: pool.schedule(work, args=(task,), timeout=LONGEST_S), 2 * processes)
    finally:
        pool.stop()  # type: ignore[no-untyped-call]
        pool.join()


@contextmanager
def on_cluster(work: Work, scheduler: str) -> Iterator[Executor]:
    """
    The workers of a Dask cluster, which have this version of svgai and reach the same files and models.

    Raises:
        ClusterFault: the scheduler does not answer, or has no worker.
    """
    from training.search.workers import cluster_client

    with cluster_client(scheduler) as client:
        pool = client.get_executor(pure=False)  # type: ignore[no-untyped-call]
        threads = sum(client.nthreads().values())  # type: ignore[no-untyped-call]
        yield Executor(lambda task: pool.submit(work, task), 3 * max(threads, 1))


def _set_up() -> None:
    # Ctrl-C is handled by the main process; this one finishes its file.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
