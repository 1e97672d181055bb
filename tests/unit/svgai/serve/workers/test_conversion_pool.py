"""The pool of worker processes: answers, time limits, deaths, queue bounds, cancellation."""

import asyncio
import os
import pickle
import signal
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import psutil
import pytest

from svgai.errors import ConversionTimeout, InvalidImage, NotReady, Overloaded, TooLarge, TracingFailed
from svgai.serve.processes.confinement import processor_time
from svgai.serve.workers.conversion_pool import LEAST_ROOM, QUEUE_PER_WORKER, ConversionPool

T = TypeVar("T")

_greeting = ""


def set_up(greeting: str) -> None:
    global _greeting  # noqa: PLW0603 - a worker process has one
    _greeting = greeting


def need(file: Path) -> None:
    if not file.exists():
        raise LookupError("it is not there yet")


def greet(name: str) -> str:
    return f"{_greeting} {name}"


def pid() -> int:
    return os.getpid()


def runaway() -> None:
    time.sleep(30)


def rest() -> int:
    time.sleep(0.5)
    return os.getpid()


def die() -> None:
    os.kill(os.getpid(), signal.SIGSEGV)


def refuse() -> None:
    raise InvalidImage("no image")


def die_once(marker: Path) -> str:
    if not marker.exists():
        marker.touch()
        die()
    return "alive"


def spin() -> None:
    with processor_time(0.05):
        while True:
            pass


def _gone(number: int) -> bool:
    """Whether a process ends soon; its fork server buries it."""
    deadline = time.monotonic() + 60
    while psutil.pid_exists(number) and time.monotonic() < deadline:
        time.sleep(0.01)
    return not psutil.pid_exists(number)


def name_of_a_file() -> object:
    return Path("x")


@contextmanager
def _pool(timeout_s: float = 20, heartbeat_s: float = 5) -> Iterator[ConversionPool]:
    setup: dict[str, Any] = {"setup": set_up, "setup_args": ("hello",)}
    pool = ConversionPool(workers=1, timeout_s=timeout_s, heartbeat_s=heartbeat_s, **setup)
    try:
        yield pool
    finally:
        pool.close()


def _run(work: Callable[[ConversionPool], Awaitable[T]], timeout_s: float = 20, heartbeat_s: float = 5) -> T:
    async def bounded(pool: ConversionPool) -> T:
        return await asyncio.wait_for(work(pool), 90)

    with _pool(timeout_s, heartbeat_s) as pool:
        return asyncio.run(bounded(pool))


async def _until(holds: Callable[[], bool]) -> None:
    for _ in range(1_600):
        if holds():
            return
        await asyncio.sleep(0.05)


def test_a_task_runs_in_a_worker_that_was_set_up() -> None:
    """The function's answer comes back from another process, made ready by the setup."""

    async def work(pool: ConversionPool) -> tuple[str, int, bool]:
        return await pool.run(greet, "you"), await pool.run(pid), pool.idle

    answer, worker, idle = _run(work)
    assert answer == "hello you"
    assert worker != os.getpid()
    assert idle


def test_a_fault_of_the_task_passes_through() -> None:
    """The function's own fault is the caller's to handle."""
    with pytest.raises(InvalidImage, match="no image"):
        _run(lambda pool: pool.run(refuse))


@pytest.mark.slow
def test_a_runaway_is_killed_and_the_pool_heals() -> None:
    """A task past its time fails as a timeout, and the next one is answered by a new process."""

    async def work(pool: ConversionPool) -> tuple[int, int]:
        before = await pool.run(pid)
        with pytest.raises(ConversionTimeout):
            await pool.run(runaway)
        return before, await pool.run(pid)

    before, after = _run(work, timeout_s=2)
    assert before != after


@pytest.mark.slow
def test_a_crash_fails_only_its_task() -> None:
    """A worker that dies of a signal fails its task clearly, and the next one is answered."""

    async def work(pool: ConversionPool) -> str:
        with pytest.raises(TracingFailed, match="another that tried again"):
            await pool.run(die)
        return await pool.run(greet, "again")

    assert _run(work) == "hello again"


@pytest.mark.slow
def test_a_task_whose_process_died_is_tried_once_more(tmp_path: Path) -> None:
    """What ended the process for a reason of its own is not seen by the client."""
    assert _run(lambda pool: pool.run(die_once, tmp_path / "marker")) == "alive"


@pytest.mark.slow
def test_a_task_that_takes_too_much_processor_time_is_refused() -> None:
    """What the kernel ended for its processor time is not tried again, and is told as the image's fault."""
    with pytest.raises(TooLarge, match="processor time"):
        _run(lambda pool: pool.run(spin), timeout_s=80)


@pytest.mark.slow
def test_a_stopped_process_is_replaced() -> None:
    """One that was stopped between tasks is found by its silence, before a task comes to it."""

    async def work(pool: ConversionPool) -> tuple[int, int]:
        before = await pool.run(pid)
        os.kill(before, signal.SIGSTOP)
        await _until(lambda: pool.processes != {before})
        return before, await pool.run(pid)

    before, after = _run(work, heartbeat_s=1)
    assert before != after


@pytest.mark.slow
def test_a_pool_without_processes_says_so_until_it_has_some(tmp_path: Path) -> None:
    """Where none can be started nothing is taken, and it is able again as soon as one can."""
    switch = tmp_path / "switch"

    async def work(pool: ConversionPool) -> tuple[bool, bool]:
        with pytest.raises(NotReady):
            await pool.run(pid)
        before = pool.able
        switch.touch()
        await _until(lambda: pool.able)
        await pool.run(pid)
        return before, pool.able

    async def bounded() -> tuple[bool, bool]:
        pool = ConversionPool(workers=1, timeout_s=20, setup=need, setup_args=(switch,))
        try:
            return await asyncio.wait_for(work(pool), 90)
        finally:
            pool.close()

    assert asyncio.run(bounded()) == (False, True)


@pytest.mark.slow
def test_there_is_room_for_the_largest_image_that_may_come() -> None:
    """However large that is: what MAX_BODY_BYTES lets in reaches a process."""
    size = LEAST_ROOM + 1

    async def work() -> int:
        pool = ConversionPool(workers=1, timeout_s=60, setup=set_up, setup_args=("hello",), largest_image=size)
        try:
            return await pool.run(len, bytes(size))
        finally:
            pool.close()

    assert asyncio.run(asyncio.wait_for(work(), 90)) == size


def test_only_values_come_back() -> None:
    """A process cannot make the service call or build anything but what answers are made of."""
    with pytest.raises(pickle.UnpicklingError):
        _run(lambda pool: pool.run(name_of_a_file))


@pytest.mark.slow
def test_an_idle_worker_that_is_killed_is_replaced() -> None:
    """Killing the worker between tasks is not seen by clients."""

    async def work(pool: ConversionPool) -> str:
        os.kill(await pool.run(pid), signal.SIGKILL)
        await asyncio.sleep(0.5)
        return await pool.run(greet, "again")

    assert _run(work) == "hello again"


@pytest.mark.slow
def test_a_closed_pool_starts_no_more_processes() -> None:
    """Work that comes while the service stops is refused, not given to a new pool that nobody would stop."""

    async def work(pool: ConversionPool) -> None:
        await pool.run(pid)
        await asyncio.to_thread(pool.close)
        with pytest.raises(NotReady):
            await pool.run(pid)

    _run(work)


def test_the_queue_is_bounded() -> None:
    """Tasks beyond the queue are refused with a time to come back after; the others stay."""

    async def work(pool: ConversionPool) -> list[BaseException | str]:
        tasks = [asyncio.create_task(pool.run(greet, "you")) for _ in range(QUEUE_PER_WORKER + 3)]
        return await asyncio.gather(*tasks, return_exceptions=True)

    answers = _run(work)
    refused = [answer for answer in answers if isinstance(answer, Overloaded)]
    assert len(refused) == 2
    assert refused[0].retry_after_s > 0
    assert answers.count("hello you") == QUEUE_PER_WORKER + 1


@pytest.mark.slow
def test_a_cancelled_call_frees_the_worker() -> None:
    """Cancelling kills the task at once, so that the next one need not wait for it."""

    async def work(pool: ConversionPool) -> tuple[str, float]:
        await pool.run(pid)
        task = asyncio.create_task(pool.run(runaway))
        await asyncio.sleep(0.3)
        task.cancel()
        await asyncio.wait([task])
        started = time.perf_counter()
        return await pool.run(greet, "next"), time.perf_counter() - started

    answer, waited = _run(work)
    assert answer == "hello next"
    assert waited < 25  # not as long as the task takes


@pytest.mark.slow
def test_a_call_that_is_cancelled_while_it_waits_harms_no_process() -> None:
    """Its turn passes: the process that would have done it goes on with the next."""

    async def work(pool: ConversionPool) -> tuple[int, int]:
        running = asyncio.create_task(pool.run(rest))
        await asyncio.sleep(0.2)
        waiting = asyncio.create_task(pool.run(rest))
        await asyncio.sleep(0)
        waiting.cancel()
        before = await running
        await asyncio.sleep(0.3)
        return before, await pool.run(pid)

    before, after = _run(work)
    assert before == after


@pytest.mark.slow
def test_new_processes_take_over_when_they_are_ready() -> None:
    """What is running ends where it began; what comes afterwards goes to the new ones, and the old ones end."""

    async def work(pool: ConversionPool) -> tuple[int, int, str, set[int]]:
        before = await pool.run(pid)
        running = asyncio.create_task(pool.run(rest))
        await asyncio.sleep(0.1)
        assert await pool.renew(("goodbye",), greet, "you") == "goodbye you"
        after = await pool.run(greet, "you")
        return before, await running, after, pool.processes

    before, running, after, processes = _run(work)
    assert (running, after) == (before, "goodbye you")
    assert before not in processes
    assert _gone(before)


@pytest.mark.slow
def test_closing_ends_what_former_processes_have_begun_as_well() -> None:
    """A service that stops soon after its models were exchanged leaves nobody behind who still converts."""

    async def work(pool: ConversionPool) -> tuple[int, object]:
        before = await pool.run(pid)
        running = asyncio.create_task(pool.run(time.sleep, 300))
        await asyncio.sleep(0.1)
        await pool.renew(("goodbye",), pid)
        pool.close()
        return before, *await asyncio.gather(running, return_exceptions=True)

    before, ended = _run(work)
    assert isinstance(ended, NotReady)
    assert _gone(before)


@pytest.mark.slow
@pytest.mark.parametrize("trial, fault", [(refuse, InvalidImage), (die, NotReady)])
def test_processes_that_fail_their_trial_never_take_over(trial: Callable[[], None], fault: type[Exception]) -> None:
    """Those that there are go on."""

    async def work(pool: ConversionPool) -> tuple[int, int, str]:
        before = await pool.run(pid)
        with pytest.raises(fault):
            await pool.renew(("goodbye",), trial)
        return before, await pool.run(pid), await pool.run(greet, "you")

    before, after, said = _run(work)
    assert (before, said) == (after, "hello you")


@pytest.mark.slow
def test_processes_that_cannot_be_made_ready_never_take_over(tmp_path: Path) -> None:
    """The reason is told."""

    async def work() -> int:
        (tmp_path / "old").touch()
        pool = ConversionPool(workers=2, timeout_s=20, setup=need, setup_args=(tmp_path / "old",))
        try:
            before = await pool.run(pid)
            with pytest.raises(NotReady, match="it is not there yet"):
                await pool.renew((tmp_path / "new",), pid)
            assert await pool.run(pid) in pool.processes
            return before
        finally:
            pool.close()

    assert asyncio.run(asyncio.wait_for(work(), 90))
