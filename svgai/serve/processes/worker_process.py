"""The service's side of one child process."""

import asyncio
import multiprocessing
import os
import signal
import socket
import threading
import time
from concurrent.futures import Executor, Future
from contextlib import ExitStack, suppress
from multiprocessing.process import BaseProcess
from typing import cast

from svgai.serve.processes.shared_memory import SharedMemory
from svgai.serve.processes.working_process import MESSAGE, PING, SIGNAL, Descriptor, Work, work

_WORDS_BYTES = 65_536
_LAST_WORDS = 300
_END_S = 2.0
_PAUSES_S = (0.05, 0.2, 0.5)


class ProcessDied(Exception):
    """The process exited while it had work; `exit_code` is negative for a signal, None if not known."""

    def __init__(self, exit_code: int | None, last_words: str = "") -> None:
        super().__init__(f"a process ended with {exit_code}")
        self.exit_code = exit_code
        self.last_words = last_words


class ProcessFault(Exception):
    """The process could not do its work; the message says why."""


class WorkerProcess:
    """
    A process forked from the fork server. It belongs to the event loop in which it is made.

    Raises:
        OSError: there are not enough file descriptors or memory for it.
    """

    def __init__(self, task: Work) -> None:
        self.ended = asyncio.Event()
        self.busy = self.killed = False
        self._task = task
        self._loop = asyncio.get_running_loop()
        with ExitStack() as undo:
            self._memory = SharedMemory(task.capacity)
            undo.callback(self._memory.close)
            self._channel, self._far_end = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
            undo.callback(self._channel.close)
            undo.callback(self._far_end.close)
            self._output, self._far_output = os.pipe()
            undo.pop_all()
        self._channel.setblocking(False)
        os.set_blocking(self._output, False)
        os.set_blocking(self._far_output, False)
        self._process: BaseProcess | None = None
        self._lock = threading.Lock()
        self._forking: Future[None] | None = None
        self._forked = False
        self._answer: asyncio.Future[tuple[int, int]] | None = None
        self._hung_up = self._released = False

    @property
    def alive(self) -> bool:
        return not self.ended.is_set()

    @property
    def number(self) -> int | None:
        """The process id; None until it is forked."""
        return self._process.pid if self._process else None

    async def start(self, starter: Executor) -> None:
        """
        Fork it, in a thread of `starter`, and wait until it is ready.

        Raises:
            ProcessFault: its setup failed.
            ProcessDied: it exited before it was ready.
            OSError: it cannot be forked.
        """
        context = multiprocessing.get_context("forkserver")
        process = context.Process(
            target=work,
            args=(self._task, self._far_end, self._memory, Descriptor(self._far_output)),
            name=self._task.name,
            daemon=True,
        )
        self._loop.add_reader(self._channel.fileno(), self._on_signal)
        self._answer = self._loop.create_future()
        self._forking = starter.submit(self._fork, process)
        await asyncio.wrap_future(self._forking)
        self._process = process
        if self.killed:
            self.kill()
        await self._awaited()

    async def ask(self, message: bytes) -> bytes:
        """
        The answer to a message. After a cancellation the caller has to kill the process.

        Raises:
            ProcessFault: it could not answer.
            ProcessDied: it ended.
            ValueError: the message is too long.
        """
        self._memory.write(message)
        size = await self._signalled(MESSAGE, len(message))
        reply = self._memory.read(size)
        self._memory.forget(max(len(message), size))
        return reply

    async def ping(self) -> None:
        """Check that it answers at all."""
        await self._signalled(PING, 0)

    def kill(self) -> None:
        """Kill it; from any thread."""
        self.killed = True
        if self._process is None or self._process.pid is None:
            return
        with suppress(OSError, ValueError):
            if self._hung_up:
                self._process.kill()
            else:
                # For multiprocessing it has exited as soon as its fork server has.
                os.kill(self._process.pid, signal.SIGKILL)

    async def _signalled(self, kind: int, size: int) -> int:
        if not self.alive:
            raise await self._death()
        self._answer = self._loop.create_future()
        with suppress(BrokenPipeError, ConnectionError):  # the reader detects its exit
            self._channel.send(SIGNAL.pack(kind, size))
        return await self._awaited()

    async def _awaited(self) -> int:
        assert self._answer is not None
        kind, size = await self._answer
        if kind < 0:
            raise await self._death()
        if kind != MESSAGE:
            raise ProcessFault(self._memory.read(min(size, _WORDS_BYTES)).decode("utf-8", "replace"))
        return size

    async def _death(self) -> ProcessDied:
        process = cast("BaseProcess", self._process)
        if process is None:
            return ProcessDied(None)
        await asyncio.to_thread(process.join, _END_S)
        return ProcessDied(process.exitcode, self.last_words())

    def last_words(self) -> str:
        """The most recent output of the process; a second call returns nothing."""
        if self._released:
            return ""
        with suppress(OSError):
            return os.read(self._output, _WORDS_BYTES)[-_LAST_WORDS:].decode("utf-8", "replace").strip()
        return ""

    def _on_signal(self) -> None:
        try:
            signalled = self._channel.recv(SIGNAL.size)
        except BlockingIOError:
            return
        except OSError:
            signalled = b""
        if len(signalled) == SIGNAL.size:
            answer = cast("tuple[int, int]", SIGNAL.unpack(signalled))
        else:
            answer = (-1, 0)
            self._hung_up = True
            self._loop.remove_reader(self._channel.fileno())
            self.ended.set()
        if self._answer is not None and not self._answer.done():
            self._answer.set_result(answer)

    def release(self) -> None:
        """
        Release the resources of an exited process; idempotent.

        If it is still being forked, the thread that does so releases them: a fork server that is sent a closed
        descriptor ends.
        """
        with self._lock:
            if self._released:
                return
            # Before the thread may close it: its number may then be another file's.
            with suppress(OSError, RuntimeError, ValueError):
                self._loop.remove_reader(self._channel.fileno())
            self._released = True
            forking = self._forking is not None and not self._forking.cancelled() and not self._forked
        if not forking:
            self._close()

    def _fork(self, process: BaseProcess) -> None:
        """Fork it; by another fork server if one is dying, which multiprocessing starts once that one is gone."""
        try:
            for pause_s in _PAUSES_S:
                try:
                    return process.start()
                except (EOFError, ConnectionError):
                    time.sleep(pause_s)
            process.start()
        finally:
            self._close_far_ends()
            with self._lock:
                self._forked = True
                released = self._released
            if released:
                self._close()

    def _close(self) -> None:
        if not self._forked:
            self._close_far_ends()
        self._channel.close()
        os.close(self._output)
        self._memory.close()

    def _close_far_ends(self) -> None:
        self._far_end.close()
        os.close(self._far_output)
