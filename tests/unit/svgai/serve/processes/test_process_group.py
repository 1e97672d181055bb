"""Several processes for the same work: who gets one, and that none is lost."""

import asyncio
import multiprocessing
import os
import resource
import signal
import threading
import time
from collections.abc import Awaitable, Callable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

import psutil
import pytest

from rollout.processes import lives
from svgai.serve.processes.process_group import NoProcess, ProcessGroup
from svgai.serve.processes.worker_process import ProcessFault, WorkerProcess
from svgai.serve.processes.working_process import Handler, Work

T = TypeVar("T")


def echo() -> Handler:
    def handle(message: bytes) -> bytes:
        if message == b"fail":
            raise LookupError("nobody foresaw this")
        time.sleep(float(message or b"0"))
        return str(os.getpid()).encode()

    return handle


def _run(work: Callable[[ProcessGroup], Awaitable[T]], count: int = 1) -> T:
    async def bounded() -> T:
        group = ProcessGroup(Work("echo", echo, (), 1_000), count, start_s=300)
        try:
            return await asyncio.wait_for(work(group), 90)
        finally:
            group.close()

    return asyncio.run(bounded())


def test_a_call_that_is_cancelled_at_once_loses_no_process() -> None:
    """Not even one that is cancelled before it has begun: the next call gets its answer."""

    async def work(group: ProcessGroup) -> bytes:
        await group.ask(b"", 60)
        call = asyncio.create_task(group.ask(b"", 60))
        await asyncio.sleep(0)
        call.cancel()
        await asyncio.wait([call])
        return await asyncio.wait_for(group.ask(b"", 60), 60)

    assert _run(work)


@pytest.mark.slow
def test_a_process_whose_fork_server_was_killed_can_be_ended() -> None:
    """Another fork server is started; what takes too long is killed all the same."""

    async def work(group: ProcessGroup) -> psutil.Process:
        process = psutil.Process(int(await group.ask(b"", 60)))
        server = psutil.Process(process.ppid())
        server.kill()
        await asyncio.to_thread(os.waitid, os.P_PID, server.pid, os.WEXITED | os.WNOWAIT)
        other = multiprocessing.get_context("forkserver").Process(target=str, daemon=True)
        await asyncio.to_thread(other.start)  # looks which ones have ended
        with pytest.raises(TimeoutError):
            await group.ask(b"300", 0.1)
        return process

    gone, _ = psutil.wait_procs([_run(work)], timeout=60)
    assert gone


@pytest.mark.slow
def test_a_fork_server_that_is_killed_while_it_is_asked_costs_no_call() -> None:
    """Another one is started and asked."""

    async def work(group: ProcessGroup) -> bytes:
        first = psutil.Process(int(await group.ask(b"", 60)))
        server = psutil.Process(first.ppid())
        server.suspend()
        first.kill()
        while group.processes:  # noqa: ASYNC110 - nothing tells of it
            await asyncio.sleep(0.01)
        asked = asyncio.create_task(group.ask(b"", 60))
        await asyncio.sleep(0.5)
        server.kill()
        return await asked

    assert _run(work)


class LateThread(ThreadPoolExecutor):
    """Begins its work when `go` is set."""

    def __init__(self) -> None:
        super().__init__(1)
        self.go = threading.Event()

    def submit(self, function: Callable[..., T], /, *args: object, **keywords: object) -> Future[T]:
        def late() -> T:
            self.go.wait(60)
            return function(*args, **keywords)

        return super().submit(late)


@pytest.mark.slow
def test_a_start_that_is_cancelled_leaves_the_fork_server_alone() -> None:
    """What is sent to it stays open until it has been sent: one that gets less than was announced ends."""

    async def work(group: ProcessGroup) -> psutil.Process:
        server = psutil.Process(psutil.Process(int(await group.ask(b"", 60))).ppid())
        with LateThread() as thread:
            process = WorkerProcess(Work("echo", echo, (), 1_000))
            starting = asyncio.create_task(process.start(thread))
            await asyncio.sleep(0.1)
            starting.cancel()
            await asyncio.wait([starting])
            process.release()
            thread.go.set()
        another = multiprocessing.get_context("forkserver").Process(target=str, daemon=True)
        await asyncio.to_thread(another.start)
        return server

    assert lives(_run(work))


def test_calls_are_answered_in_their_order() -> None:
    """One that comes in the moment in which a process becomes free does not overtake those that wait."""

    async def work(group: ProcessGroup) -> list[str]:
        await group.ask(b"", 60)
        done: list[str] = []

        async def call(name: str) -> None:
            await group.ask(b"0.05", 60)
            done.append(name)

        async def first() -> None:
            await call("first")
            late.append(asyncio.create_task(call("late")))

        late: list[asyncio.Task[None]] = []
        await asyncio.gather(first(), call("second"), call("third"))
        await asyncio.gather(*late)
        return done

    assert _run(work) == ["first", "second", "third", "late"]


@pytest.mark.slow
def test_a_process_that_took_too_long_is_no_idle_one(caplog: pytest.LogCaptureFixture) -> None:
    """Its end is the caller's to report; nothing is read of what has been let go."""

    async def work(group: ProcessGroup) -> bytes:
        await group.ask(b"", 60)
        with pytest.raises(TimeoutError):
            await group.ask(b"30", 0.1)
        return await group.ask(b"", 60)

    assert _run(work)
    assert "idle" not in caplog.text


def test_a_group_that_finds_no_files_left_goes_on_when_there_are_some() -> None:
    """It says so meanwhile, and keeps none of the files that it did get."""

    async def work(group: ProcessGroup) -> tuple[bool, int, int]:
        limits = resource.getrlimit(resource.RLIMIT_NOFILE)
        before = _open_files()
        # One file can be opened, and a process takes five.
        lowest = os.open("/", os.O_PATH)
        os.close(lowest)
        resource.setrlimit(resource.RLIMIT_NOFILE, (lowest + 1, limits[1]))
        try:
            with pytest.raises(NoProcess):
                await group.ask(b"", 60)
            able, after = group.able, _open_files()
        finally:
            resource.setrlimit(resource.RLIMIT_NOFILE, limits)
        await _until(lambda: group.able)
        await group.ask(b"", 60)
        return able, before, after

    able, before, after = _run(work)
    assert not able
    assert after <= before  # of other tests some may be closed meanwhile


def test_those_who_wait_are_told_when_it_closes() -> None:
    """Nobody waits for a process that will never come."""

    async def work(group: ProcessGroup) -> list[object]:
        await group.ask(b"", 60)
        calls = [asyncio.create_task(group.ask(b"30", 60)) for _ in range(3)]
        await asyncio.sleep(0.1)
        await asyncio.to_thread(group.close)
        return list(await asyncio.wait_for(asyncio.gather(*calls, return_exceptions=True), 80))

    outcomes = _run(work)
    assert [type(outcome) for outcome in outcomes[1:]] == [NoProcess, NoProcess]


def test_what_nobody_foresaw_is_another_fault_than_a_missing_process() -> None:
    """The process works on, and says what it was."""

    async def work(group: ProcessGroup) -> tuple[bytes, bytes]:
        before = await group.ask(b"", 60)
        with pytest.raises(ProcessFault, match="LookupError: nobody foresaw this") as found:
            await group.ask(b"fail", 60)
        assert not isinstance(found.value, NoProcess)
        return before, await group.ask(b"", 60)

    before, after = _run(work)
    assert before == after


def test_processes_are_called_by_their_work() -> None:
    """So that people, and the fault drills, tell them apart."""

    async def work(group: ProcessGroup) -> str:
        return str(psutil.Process(int(await group.ask(b"", 60))).name())

    assert _run(work) == "echo"


async def _until(holds: Callable[[], bool]) -> None:
    for _ in range(1_600):
        if holds():
            return
        await asyncio.sleep(0.05)


def _open_files() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


@pytest.mark.slow
def test_each_end_of_a_process_is_told() -> None:
    """Whether it died or was stopped; not that the group was closed."""

    async def work() -> list[tuple[str, str]]:
        told: asyncio.Queue[tuple[str, str]] = asyncio.Queue()
        group = ProcessGroup(Work("echo", echo, (), 1_000), 1, start_s=300, replaced=lambda *end: told.put_nowait(end))
        try:
            os.kill(int(await group.ask(b"", 60)), signal.SIGKILL)
            ends = [await told.get()]
            with pytest.raises(TimeoutError):
                await group.ask(b"60", 0.05)
            ends.append(await told.get())
            await group.ask(b"", 60)
        finally:
            group.close()
        await asyncio.sleep(0.2)
        assert told.empty()
        return ends

    assert asyncio.run(asyncio.wait_for(work(), 90)) == [("echo", "died"), ("echo", "stopped")]
