"""
Conversions in separate processes, because VTracer and resvg hold the interpreter's lock while they work.

A task that exceeds its time, or whose client has disconnected, is killed with its process, which is replaced. If a
process crashes, its task is retried once. The queue is bounded, and served in order.

It is independent of conversions: it runs functions that the worker processes can import.
"""

import logging
import os
import pickle  # nosec B403
import signal
from collections.abc import Callable, Sequence
from functools import partial
from multiprocessing import forkserver
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

from svgai.errors import ConversionTimeout, NotReady, TooLarge, TracingFailed
from svgai.serve.monitoring.service_metrics import NoServiceMetrics, ServiceMetrics
from svgai.serve.processes.process_group import HEARTBEAT_S, NoProcess, ProcessGroup
from svgai.serve.processes.waiting_line import WaitingLine
from svgai.serve.processes.worker_process import ProcessDied
from svgai.serve.processes.working_process import Handler, Work
from svgai.serve.workers.task_messages import Outcome, read_outcome, run_task
from svgai.stages import add_stages, recording

logger = logging.getLogger("svgai.pool")

QUEUE_PER_WORKER = 8
"""Most tasks that may wait per worker, however short they are."""

LONGEST_WAIT_S = 1.5
"""Longest expected wait of an admitted task in seconds. The actual wait may be longer."""

NICENESS = 10
"""Niceness of workers: a conversion takes hundreds of milliseconds, requests in the service itself a few."""

LEAST_ROOM = 128_000_000
"""Least room for an answer in bytes; memory is only used as needed."""

_OPTIONS_BYTES = 1_000_000
"""Generous limit in bytes of a task without its image."""

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
        setup: prepares a worker process; a worker whose setup fails is not used.
        largest_image: largest image in bytes.
        niceness: how much lower the priority of workers is than the service's.
        heartbeat_s: seconds between heartbeats of an idle process, and its time to answer one.
        metrics: observer of the queue and of replaced processes.
    """

    def __init__(
        self,
        *,
        workers: int,
        timeout_s: float,
        setup: Callable[..., None],
        setup_args: Sequence[object],
        largest_image: int = 0,
        niceness: int = NICENESS,
        heartbeat_s: float = HEARTBEAT_S,
        metrics: ServiceMetrics = NoServiceMetrics(),  # noqa: B008 - it has no state
    ) -> None:
        self._timeout_s = timeout_s
        self._line = WaitingLine(workers, workers * QUEUE_PER_WORKER, LONGEST_WAIT_S, metrics.line_changed)

        room = max(LEAST_ROOM, largest_image + _OPTIONS_BYTES)

        def open_group(setup_args: Sequence[object]) -> ProcessGroup:
            work = Work("convert", partial(_set_up, setup), tuple(setup_args), room, niceness)
            return ProcessGroup(work, workers, heartbeat_s=heartbeat_s, replaced=metrics.process_replaced)

        self._open_group = open_group
        self._group = open_group(setup_args)
        self._former: list[ProcessGroup] = []
        self._closed = False

    @property
    def idle(self) -> bool:
        """Whether no task runs or waits."""
        return self._line.empty

    @property
    def able(self) -> bool:
        """Whether there is a process, or one can be started."""
        return self._group.able

    @property
    def processes(self) -> set[int]:
        """The ids of the processes that are ready."""
        return self._group.processes

    async def run(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """
        Run a function in a worker process and return its result; exceptions of the function pass through.

        A cancelled call kills the task, if it has begun, and frees its place.

        Raises:
            ConversionTimeout: the task ran too long and was killed.
            Overloaded: too many tasks wait already.
            TooLarge: the task exceeded its own limit of processor time.
            TracingFailed: the worker process died while it ran this task, and again in the retry.
            NotReady: the pool is closed, or no process can be started.
            ProcessFault: the process is alive, but could not answer.
        """
        if self._closed:
            raise NotReady("the service is stopping")
        message = pickle.dumps((function, args, kwargs, recording()))
        with self._line.place():
            outcome = await self._outcome(message)
            self._line.learn(outcome.seconds)
        add_stages(outcome.stages)
        result: T = outcome.result()
        return result

    async def renew(self, setup_args: Sequence[object], trial: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """
        Start new processes with other setup arguments; once all are ready and one passed the trial, they take over.

        No task is lost: the old processes finish theirs. Returns the trial's result.

        Raises:
            NotReady: the new ones cannot be started. Then, or if the trial raises, nothing has changed.
        """
        group = self._open_group(setup_args)
        try:
            await group.all_ready()
            message = pickle.dumps((trial, args, kwargs, False))
            result: T = read_outcome(await group.ask(message, self._timeout_s)).result()
            if self._closed:
                raise NoProcess("the service is stopping")
        except (NoProcess, ProcessDied, TimeoutError) as fault:
            group.close()
            raise NotReady(f"new conversion processes do not get ready: {fault or 'no answer in time'}") from None
        except BaseException:
            group.close()
            raise
        former, self._group = self._group, group
        self._former = [*(one for one in self._former if not one.closed), former]
        former.retire()
        return result

    async def _outcome(self, message: bytes) -> Outcome:
        for attempt in range(_ATTEMPTS):
            try:
                return read_outcome(await self._group.ask(message, self._timeout_s))
            except TimeoutError:
                self._line.learn(self._timeout_s)
                text = f"the conversion ran longer than {self._timeout_s:g} s and was stopped"
                raise ConversionTimeout(text) from None
            except NoProcess as fault:
                logger.error("no image can be converted", extra={"fault": str(fault)})  # noqa: TRY400
                raise NotReady("the conversion processes cannot be started; try again shortly") from None
            except ProcessDied as died:
                logger.warning(
                    "a worker process died", extra={"exit_code": died.exit_code, "fault": died.last_words or None}
                )
                if died.exit_code == -signal.SIGPROF:
                    raise TooLarge("the image takes too much processor time to decode") from None
                if attempt + 1 == _ATTEMPTS:
                    text = "the conversion ended its process, and another that tried again"
                    raise TracingFailed(text) from None
        raise AssertionError

    def close(self) -> None:
        """Stop every worker process; running tasks are lost, and no more are accepted."""
        self._closed = True
        for group in (self._group, *self._former):
            group.close()


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


def _set_up(setup: Callable[..., None], *arguments: Any) -> Handler:
    setup(*arguments)
    return run_task
