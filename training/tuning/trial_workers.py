"""Measures a fold of a trial: in processes on this machine, or on the workers of a Dask cluster."""

import multiprocessing
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import AbstractContextManager, contextmanager

from joblib import cpu_count

from svgai.errors import ClusterFault
from training.search.workers import cluster_client
from training.tuning.folds import Material

Submit = Callable[[Mapping[str, str], int], "Future[float]"]
"""Starts the measurement of settings on a fold."""


def trial_workers(material: Material, jobs: int, scheduler: str | None) -> AbstractContextManager[tuple[Submit, int]]:
    """
    A function that submits folds, and the number measured in parallel.

    On the Dask cluster at `scheduler`, or without one in `jobs` processes, -1: one per core. They share the cores.

    Raises:
        ClusterFault: the scheduler does not answer, has no worker, or one with several threads.
    """
    return _cluster(material, scheduler) if scheduler else _processes(material, cpu_count() if jobs < 1 else jobs)


@contextmanager
def _processes(material: Material, jobs: int) -> Iterator[tuple[Submit, int]]:
    threads = max(1, cpu_count() // jobs)
    # Forked processes would share the locks of OpenMP's threads, and hang.
    pool = ProcessPoolExecutor(jobs, multiprocessing.get_context("spawn"))
    try:
        yield lambda values, fold: pool.submit(_measure, material, values, fold, threads), jobs
    except BaseException:
        # No one waits for their results any more.
        for process in list((pool._processes or {}).values()):  # noqa: SLF001 - Python 3.14 has kill_workers()
            process.terminate()
        raise
    finally:
        pool.shutdown(cancel_futures=True)


@contextmanager
def _cluster(material: Material, address: str) -> Iterator[tuple[Submit, int]]:
    with cluster_client(address) as client:
        threads = client.nthreads()  # type: ignore[no-untyped-call]
        # torch's random state belongs to a process: two trainings in one would interfere.
        if max(threads.values()) > 1:
            raise ClusterFault("a search for settings needs workers of one thread each: dask worker --nthreads 1")
        data = client.scatter(material, broadcast=True)  # type: ignore[no-untyped-call]
        executor = client.get_executor(pure=False)  # type: ignore[no-untyped-call]
        yield lambda values, fold: executor.submit(_measure, data, values, fold, 1), len(threads)


def _measure(material: Material, values: Mapping[str, str], fold: int, threads: int) -> float:
    return material.fold_error(values, fold, threads)
