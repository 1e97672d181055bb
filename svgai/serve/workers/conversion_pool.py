"""
Conversions in processes of their own, because VTracer and resvg hold the interpreter's lock while they work.

A task that runs past its time, or whose client has gone, is killed with its process; the pool then starts another
process. A process that dies by itself fails only its own task. The queue is bounded, and served in order.

It does not know what a conversion is: it runs functions that the worker processes can import.
"""

import asyncio
import logging
import multiprocessing
import os
import signal
import time
from collections.abc import Callable, Sequence
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import forkserver
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

from pebble import ProcessExpired, ProcessPool

from svgai.errors import ConversionTimeout, NotReady, TracingFailed
from svgai.serve.workers.waiting_line import WaitingLine

logger = logging.getLogger("svgai.pool")

QUEUE_PER_WORKER = 8
"""Tasks that may wait for each worker, however short they are."""

LONGEST_WAIT_S = 1.5
"""Seconds that a task may be expected to wait for its turn. Slow ones before it make it longer."""

NICENESS = 10
"""How far workers stand back: a conversion takes hundreds of milliseconds, what the service itself answers a few."""

_ATTEMPTS = 2
_FORK_SERVER = "svgai.serve.workers.fork_server"

P = ParamSpec("P")
T = TypeVar("T")


class ConversionPool:
    """
    Runs functions in worker processes; `setup(*setup_args)` is called once in each before its first task.

    Args:
        workers: processes at most.
        timeout_s: seconds that one task may run; waiting for a free process does not count.
        setup: makes a worker process ready; a worker whose setup fails is not used.
    """

    def __init__(
        self, *, workers: int, timeout_s: float, setup: Callable[..., None], setup_args: Sequence[object]
    ) -> None:
        self._workers = workers
        self._timeout_s = timeout_s
        self._setup = (setup, tuple(setup_args))
        self._context = multiprocessing.get_context("forkserver")
        self._line = WaitingLine(workers, workers * QUEUE_PER_WORKER, LONGEST_WAIT_S)
        self._closed = False
        self._pool = self._new_pool()

    @property
    def idle(self) -> bool:
        """Whether nothing runs or waits."""
        return self._line.empty

    async def run(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """
        Run a function in a worker process and give its result; exceptions of the function pass through.

        A cancelled call kills the task and frees its place.

        Raises:
            ConversionTimeout: the task ran too long and was killed.
            Overloaded: too many tasks wait already.
            TracingFailed: the worker process died while it ran this task.
            NotReady: the pool is closed, or broke and could not be renewed.
        """
        with self._line.place():
            try:
                timed: tuple[float, T] = await self._attempt(_timed, (function, *args), kwargs)
            except TimeoutError:
                self._line.learn(self._timeout_s)
                text = f"the conversion ran longer than {self._timeout_s:g} s and was stopped"
                raise ConversionTimeout(text) from None
            except ProcessExpired as died:
                logger.warning("a worker process died", extra={"exit_code": died.exitcode})
                raise TracingFailed("the process that converted this image died") from None
        seconds, result = timed
        self._line.learn(seconds)
        return result

    async def _attempt(self, function: Callable[..., T], args: Sequence[Any], kwargs: dict[str, Any]) -> T:
        for _ in range(_ATTEMPTS):
            try:
                future = self._live_pool().schedule(function, args=args, kwargs=kwargs, timeout=self._timeout_s)
            except RuntimeError:  # broke since it was looked at
                continue
            try:
                return await asyncio.wrap_future(future)
            except BrokenProcessPool:
                # pebble gives up the whole pool when an idle worker dies; the task itself never started.
                continue
        raise NotReady("the conversion processes cannot be started; try again shortly")

    def close(self) -> None:
        """Stop every worker process; tasks that still run are lost, and none is taken any more."""
        self._closed = True
        _stop(self._pool)

    def _live_pool(self) -> ProcessPool:
        if self._closed:  # a new pool now would have nobody to stop it
            raise NotReady("the service is stopping")
        if not self._pool.active:
            logger.warning("the conversion pool broke; a new one is started")
            broken, self._pool = self._pool, self._new_pool()
            asyncio.get_running_loop().run_in_executor(None, _stop, broken)
        return self._pool

    def _new_pool(self) -> ProcessPool:
        return ProcessPool(
            max_workers=self._workers, initializer=_set_up_worker, initargs=self._setup, context=self._context
        )


def start_forkserver(preload: Sequence[str]) -> None:
    """
    Start the process that worker processes are forked from, with modules imported already.

    The service itself has threads, and a fork of it could deadlock; a fork of the preloaded server costs milliseconds
    and shares the memory of the modules.
    """
    # The server starts with a bare import path; a Bento's sources are not on it.
    root = str(Path(__file__).resolve().parents[3])
    paths = [root, *filter(None, os.environ.get("PYTHONPATH", "").split(os.pathsep))]
    os.environ["PYTHONPATH"] = os.pathsep.join(dict.fromkeys(paths))
    forkserver.set_forkserver_preload([_FORK_SERVER, *preload])
    forkserver.ensure_running()


def _stop(pool: ProcessPool) -> None:
    pool.stop()  # type: ignore[no-untyped-call]
    pool.join()


def _timed(function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> tuple[float, T]:
    """The seconds that a function took, and its result."""
    began = time.perf_counter()
    result = function(*args, **kwargs)
    return time.perf_counter() - began, result


def _set_up_worker(setup: Callable[..., None], setup_args: Sequence[object]) -> None:
    # pebble's handler is Python code and would wait for VTracer to return; the default action ends the process at once.
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    os.nice(NICENESS)
    setup(*setup_args)
