"""Several processes for the same work: a call gets the next free one, and one that has exited is replaced."""

import asyncio
import logging
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from svgai.serve.monitoring.service_metrics import Cause
from svgai.serve.processes.worker_process import ProcessDied, ProcessFault, WorkerProcess
from svgai.serve.processes.working_process import Work

logger = logging.getLogger("svgai.processes")

HEARTBEAT_S = 5.0
"""Seconds between heartbeats of an idle process, and its time to answer one."""

START_S = 60.0
"""Seconds that a process may take to get ready, also on a busy machine."""

_FIRST_PAUSE_S, _LONGEST_PAUSE_S = 0.1, 5.0


Replaced = Callable[[str, Cause], None]
"""Called for a process that has exited."""


class NoProcess(Exception):
    """No process can be started, or the group is closed; the message says why."""


class ProcessGroup:
    """
    At most `count` processes, forked on first use. Calls are served in order.

    It belongs to one event loop; only `close` may be called from anywhere. `replaced` is called for each process that
    was ready and has exited, with its kind, and whether it was stopped or died by itself.
    """

    def __init__(
        self,
        work: Work,
        count: int,
        *,
        heartbeat_s: float = HEARTBEAT_S,
        start_s: float = START_S,
        replaced: Replaced = lambda *_: None,
    ) -> None:
        self._work = work
        self._count = count
        self._heartbeat_s = heartbeat_s
        self._start_s = start_s
        self._replaced = replaced
        self._seats: list[asyncio.Task[None]] = []
        self._processes: set[WorkerProcess] = set()
        self._idle: list[WorkerProcess] = []
        self._waiting: deque[asyncio.Future[WorkerProcess | None]] = deque()
        self._abandoned: set[asyncio.Task[bytes]] = set()
        self._asking = 0
        # A separate executor: a blocked fork server would use up the threads that others need.
        self._starter = ThreadPoolExecutor(1, "start-process")
        self._fault = ""
        self._retired = self._closed = False

    @property
    def able(self) -> bool:
        """Whether it can work: not if no process is left and none could be started."""
        return not self._closed and (not self._fault or any(process.alive for process in self._processes))

    @property
    def fault(self) -> str:
        """Why the last process could not be started; empty if it could."""
        return self._fault

    @property
    def processes(self) -> set[int]:
        """The ids of the processes that are alive."""
        return {process.number for process in self._processes if process.alive and process.number is not None}

    @property
    def closed(self) -> bool:
        """Whether it is closed."""
        return self._closed

    def start(self) -> None:
        """Start the processes in the background."""
        if not self._seats and not self._closed:
            self._seats = [asyncio.create_task(self._keep_one()) for _ in range(self._count)]

    async def all_ready(self) -> None:
        """
        Start the processes, and wait until all of them are ready.

        Raises:
            NoProcess: one of them cannot be started, or the group is closed.
        """
        taken: list[WorkerProcess] = []
        try:
            async with asyncio.timeout(self._start_s):
                while len(taken) < self._count:
                    taken.append(await self._take())
        except TimeoutError:
            raise NoProcess(self._fault or f"{self._work.name}: not ready within {self._start_s:g} s") from None
        finally:
            for process in taken:
                self._give_back(process)

    def retire(self) -> None:
        """Close when all calls are answered."""
        self._retired = True
        if not self._asking:
            self.close()

    async def ask(self, message: bytes, timeout_s: float, *, finish: bool = False) -> bytes:
        """
        The answer of the next free process.

        Cancelling a call kills the process that works on it. With `finish`, for work of milliseconds, the process
        finishes instead.

        Raises:
            TimeoutError: it took longer, and the process was killed. Waiting for a free one does not count.
            ProcessDied: the process ended.
            ProcessFault: it could not answer.
            NoProcess: none can be started.
            ValueError: the message is too long.
        """
        self._asking += 1
        try:
            process = await self._take()
            if not finish:
                # Not as a task: one that is cancelled before it starts would never return the process.
                return await self._asked(process, message, timeout_s)
            return await self._finished(asyncio.create_task(self._asked(process, message, timeout_s)))
        finally:
            self._asking -= 1
            if self._retired:
                self.retire()

    def close(self) -> None:
        """End all processes, and start none any more."""
        self._closed = True
        for process in tuple(self._processes):
            process.kill()

    async def _finished(self, asked: asyncio.Task[bytes]) -> bytes:
        try:
            return await asyncio.shield(asked)
        except asyncio.CancelledError:
            self._abandoned.add(asked)
            asked.add_done_callback(self._forget)
            raise

    def _forget(self, asked: asyncio.Task[bytes]) -> None:
        self._abandoned.discard(asked)
        if not asked.cancelled():
            asked.exception()

    async def _asked(self, process: WorkerProcess, message: bytes, timeout_s: float) -> bytes:
        try:
            async with asyncio.timeout(timeout_s):
                return await process.ask(message)
        except (TimeoutError, asyncio.CancelledError):
            process.kill()
            process.ended.set()  # it gets no other message, and its slot starts the next one
            raise
        finally:
            self._give_back(process)

    async def _take(self) -> WorkerProcess:
        self.start()
        while True:
            if not self.able:
                raise NoProcess(self._fault or "the service is stopping")
            process = self._idle.pop() if self._idle else await self._turn()
            if process is None:
                continue
            process.busy = True
            if process.alive:
                return process
            self._give_back(process)

    async def _turn(self) -> WorkerProcess | None:
        """The next free process; None if there will be none."""
        turn: asyncio.Future[WorkerProcess | None] = asyncio.get_running_loop().create_future()
        self._waiting.append(turn)
        try:
            return await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled() and (process := turn.result()) is not None:
                self._give_back(process)
            raise

    def _give_back(self, process: WorkerProcess) -> None:
        process.busy = False
        if not process.alive:
            process.release()
            return
        while self._waiting:
            turn = self._waiting.popleft()
            if not turn.done():
                process.busy = True
                turn.set_result(process)
                return
        self._idle.append(process)

    def _refuse_waiting(self) -> None:
        while self._waiting:
            turn = self._waiting.popleft()
            if not turn.done():
                turn.set_result(None)

    async def _keep_one(self) -> None:
        pause_s = _FIRST_PAUSE_S
        while not self._closed:
            try:
                await self._serve_one()
                pause_s = _FIRST_PAUSE_S
            except Exception as fault:  # noqa: BLE001 - whatever it is, the next attempt may succeed
                words = fault.last_words if isinstance(fault, ProcessDied) else ""
                what = str(fault) or f"no process became ready ({type(fault).__name__})"
                self._fault = f"{self._work.name}: {what} {words}".strip()
                logger.error("a process could not be started", extra={"fault": self._fault})  # noqa: TRY400
                if not self.able:
                    self._refuse_waiting()
                await asyncio.sleep(pause_s)
                pause_s = min(2 * pause_s, _LONGEST_PAUSE_S)
        self._refuse_waiting()

    async def _serve_one(self) -> None:
        """
        Start a process, and wait until it has exited.

        Raises:
            OSError: there are not enough file descriptors or memory, or it cannot be forked.
            ProcessDied, ProcessFault, TimeoutError, EOFError: it did not become ready.
        """
        process = WorkerProcess(self._work)
        self._processes.add(process)
        try:
            async with asyncio.timeout(self._start_s):
                await process.start(self._starter)
            if self._fault:
                logger.warning("processes can be started again: %s", self._work.name)
            self._fault = ""
            self._give_back(process)
            await self._watch(process)
            if not self._closed:
                self._replaced(self._work.name, "stopped" if process.killed else "died")
        finally:
            process.ended.set()
            process.kill()
            self._processes.discard(process)
            if process in self._idle:
                self._idle.remove(process)
            if not process.busy:
                process.release()

    async def _watch(self, process: WorkerProcess) -> None:
        """Return when the process has exited; one that does not answer is killed."""
        while process.alive:
            try:
                await asyncio.wait_for(process.ended.wait(), self._heartbeat_s)
            except TimeoutError:
                if process.busy or process not in self._idle:
                    continue
                self._idle.remove(process)
                try:
                    await asyncio.wait_for(process.ping(), self._heartbeat_s)
                except (TimeoutError, ProcessDied, ProcessFault):
                    logger.warning("a process does not answer and is replaced", extra={"fault": self._work.name})
                    process.kill()
                    process.ended.set()
                    return
                self._give_back(process)
        if not process.busy and not process.killed:
            logger.warning(
                "an idle process ended and is replaced",
                extra={"fault": f"{self._work.name} {process.last_words()}".strip()},
            )
