"""When batches go."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import pytest

from svgai.errors import ConversionTimeout

# BentoML's own imports use what its dependencies have deprecated, so it is imported inside the tests.
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")


class Worker:
    """Adds one to every number of a batch, once it may, and remembers the batches."""

    def __init__(self) -> None:
        self.batches: list[list[int]] = []
        self.may_work = asyncio.Event()
        self.may_work.set()

    async def work(self, requests: Sequence[list[int]]) -> list[list[int]]:
        self.batches.append([number for request in requests for number in request])
        await self.may_work.wait()
        if 13 in self.batches[-1]:
            raise ValueError("13")
        return [[number + 1 for number in request] for request in requests]


def dispatched(worker: Worker, most: int = 4) -> Callable[[list[int]], Awaitable[Any]]:
    from bentoml._internal.marshal.dispatcher import CorkDispatcher

    from svgai.serve.bento.batching import PromptDispatcher

    def refuse() -> None:
        raise AssertionError("BentoML's own refusal")

    def split(request: list[int]) -> int:
        return len(request)

    theirs = CorkDispatcher[Any, Any](60_000, most, fallback=refuse, get_batch_size=split)
    call: Callable[[list[int]], Awaitable[Any]] = PromptDispatcher.in_place_of(theirs)(worker.work)
    return call


async def settled() -> None:
    for _ in range(20):
        await asyncio.sleep(0)


def test_a_lone_request_goes_at_once() -> None:
    """Whatever came before: nothing is learned from it, and nothing waited for."""

    async def lone() -> list[list[int]]:
        worker = Worker()
        call = dispatched(worker)
        await asyncio.gather(*(call([number]) for number in range(8)))
        seen = len(worker.batches)
        assert await call([41]) == [42]
        return worker.batches[seen:]

    assert asyncio.run(lone()) == [[41]]


def test_what_comes_meanwhile_goes_together() -> None:
    """While a batch runs the next one gathers, up to the limit; each request gets its own answer."""

    async def gathered() -> tuple[list[list[int]], list[Any]]:
        worker = Worker()
        worker.may_work.clear()
        call = dispatched(worker)
        first = asyncio.ensure_future(call([0]))
        await settled()
        rest = [asyncio.ensure_future(call([number])) for number in range(1, 7)]
        await settled()
        worker.may_work.set()
        return worker.batches, await asyncio.gather(first, *rest)

    batches, answers = asyncio.run(gathered())
    assert batches == [[0], [1, 2, 3, 4], [5, 6]]
    assert answers == [[number + 1] for number in range(7)]


def test_a_request_larger_than_a_batch_is_answered_whole() -> None:
    """It is cut for the models and put together for its client."""

    async def cut() -> tuple[list[list[int]], Any]:
        worker = Worker()
        return worker.batches, await dispatched(worker)(list(range(10)))

    batches, answer = asyncio.run(cut())
    assert batches == [[0, 1, 2, 3], [4, 5, 6, 7], [8, 9]]
    assert answer == list(range(1, 11))


def test_cancelled_requests_are_not_worked_on() -> None:
    """Nobody waits for their answers; they themselves end as out of time."""

    async def left() -> tuple[list[list[int]], object]:
        worker = Worker()
        worker.may_work.clear()
        call = dispatched(worker)
        first, gone, stays = (asyncio.ensure_future(call([number])) for number in (1, 2, 3))
        await settled()
        gone.cancel()
        await settled()
        worker.may_work.set()
        await asyncio.gather(first, stays)
        return worker.batches, (await asyncio.gather(gone, return_exceptions=True))[0]

    batches, fault = asyncio.run(left())
    assert 2 not in [number for batch in batches[1:] for number in batch]
    assert isinstance(fault, ConversionTimeout)


def test_a_failure_reaches_its_own_batch_only() -> None:
    """The next batch is worked on as ever."""

    async def failed() -> tuple[object, Any]:
        call = dispatched(Worker())
        return (await asyncio.gather(call([13]), return_exceptions=True))[0], await call([1])

    fault, answer = asyncio.run(failed())
    assert isinstance(fault, ValueError)
    assert answer == [2]


def test_a_batch_that_cannot_be_made_up_stops_no_other(caplog: pytest.LogCaptureFixture) -> None:
    """It is told in the log, and what comes after it is answered."""

    async def after() -> Any:
        call: Callable[[Any], Awaitable[Any]] = dispatched(Worker())
        uncuttable = asyncio.ensure_future(call(dict.fromkeys(range(10))))
        await settled()
        answer = await asyncio.wait_for(call([1]), 5)
        uncuttable.cancel()
        await asyncio.gather(uncuttable, return_exceptions=True)
        return answer

    assert asyncio.run(after()) == [2]
    assert "could not be made up" in caplog.text
