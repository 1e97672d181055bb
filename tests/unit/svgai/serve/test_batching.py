"""When batches go, and what is in them."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from svgai.errors import Overloaded
from svgai.serve.batching import Batches, Unwatched, fair_shares


class Models:
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


class Clock:
    """A time that only a test moves."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


def batched(
    models: Models, most: int = 4, max_latency_s: float = 60, clock: Clock | None = None
) -> Callable[[list[int]], Awaitable[Any]]:
    return Batches(most, max_latency_s, clock or Clock())(models.work)


async def settled() -> None:
    for _ in range(20):
        await asyncio.sleep(0)


def test_a_lone_request_goes_at_once() -> None:
    """Whatever came before: nothing is learned from it, and nothing waited for."""

    async def lone() -> list[list[int]]:
        models = Models()
        call = batched(models)
        await asyncio.gather(*(call([number]) for number in range(8)))
        seen = len(models.batches)
        assert await call([41]) == [42]
        return models.batches[seen:]

    assert asyncio.run(lone()) == [[41]]


def test_what_comes_meanwhile_goes_together() -> None:
    """While a batch runs the next one gathers, up to the limit; each request gets its own answer."""

    async def gathered() -> tuple[list[list[int]], list[Any]]:
        models = Models()
        models.may_work.clear()
        call = batched(models)
        first = asyncio.ensure_future(call([0]))
        await settled()
        rest = [asyncio.ensure_future(call([number])) for number in range(1, 7)]
        await settled()
        models.may_work.set()
        return models.batches, await asyncio.gather(first, *rest)

    batches, answers = asyncio.run(gathered())
    assert batches == [[0], [1, 2, 3, 4], [5, 6]]
    assert answers == [[number + 1] for number in range(7)]


def test_batches_of_one_are_batches_of_one() -> None:
    """However many requests wait, and however large one is."""

    async def single() -> list[list[int]]:
        models = Models()
        call = batched(models, most=1)
        assert list(await asyncio.gather(call([1, 2]), call([3]))) == [[2, 3], [4]]
        return models.batches

    assert asyncio.run(single()) == [[1], [2], [3]]


def test_a_request_larger_than_a_batch_is_answered_whole() -> None:
    """It is cut for the models and put together for its client; others get their share of each batch."""

    async def cut() -> tuple[list[list[int]], Any]:
        models = Models()
        call = batched(models)
        return models.batches, await asyncio.gather(call(list(range(10))), call([20]), call([30, 31]))

    batches, answers = asyncio.run(cut())
    assert batches == [[0, 1, 20, 30], [2, 3, 4, 31], [5, 6, 7, 8], [9]]
    assert answers == [list(range(1, 11)), [21], [31, 32]]


def test_cancelled_requests_are_not_worked_on() -> None:
    """Nobody waits for their answers."""

    async def left() -> list[list[int]]:
        models = Models()
        models.may_work.clear()
        call = batched(models)
        first = asyncio.ensure_future(call([1]))
        await settled()
        gone, stays = asyncio.ensure_future(call([2])), asyncio.ensure_future(call([3]))
        await settled()
        gone.cancel()
        await settled()
        models.may_work.set()
        assert list(await asyncio.gather(first, stays)) == [[2], [4]]
        return models.batches

    assert asyncio.run(left()) == [[1], [3]]


def test_of_a_cancelled_list_no_further_batch_is_made() -> None:
    """What is not begun of it is left out, and what came after it goes next."""

    async def left() -> list[list[int]]:
        models = Models()
        models.may_work.clear()
        call = batched(models)
        large = asyncio.ensure_future(call(list(range(100))))
        await settled()
        after = asyncio.ensure_future(call([200]))
        large.cancel()
        await settled()
        models.may_work.set()
        assert await after == [201]
        return models.batches

    assert asyncio.run(left()) == [[0, 1, 2, 3], [200]]


def test_who_waits_too_long_for_a_batch_is_refused() -> None:
    """A request whose first batch would begin after the limit; one that has begun is answered to its end."""

    async def late() -> tuple[list[object], list[list[int]]]:
        models, clock = Models(), Clock()
        models.may_work.clear()
        call = batched(models, max_latency_s=0.5, clock=clock)
        large = asyncio.ensure_future(call([0, 1, 2, 3, 4]))
        await settled()
        early = asyncio.ensure_future(call([5]))
        await settled()
        clock.now = 0.4
        soon = asyncio.ensure_future(call([6]))
        await settled()
        clock.now = 0.6
        models.may_work.set()
        return await asyncio.gather(large, early, soon, return_exceptions=True), models.batches

    (large, early, soon), batches = asyncio.run(late())
    assert (large, soon) == ([1, 2, 3, 4, 5], [7])
    assert isinstance(early, Overloaded)
    assert "500 ms" in early.message
    assert batches == [[0, 1, 2, 3], [4, 6]]


def test_lists_do_not_delay_the_only_image_of_another() -> None:
    """It rides in the next batch, however much came before it."""

    async def batches() -> list[list[int]]:
        models = Models()
        call = batched(models)
        await asyncio.gather(call([0] * 20), call([1] * 20), call([2]))
        return models.batches

    assert 2 in asyncio.run(batches())[0]


@given(st.lists(st.integers(1, 100), max_size=40), st.integers(1, 64))
def test_a_batch_is_divided_equally(wanted: list[int], room: int) -> None:
    """It is full if there is enough; nobody gets more than one item beyond others that want more, early ones first."""
    shares = fair_shares(wanted, room)
    assert sum(shares) == min(room, sum(wanted))
    assert all(share <= most for share, most in zip(shares, wanted, strict=True))
    unmet = [share for share, most in zip(shares, wanted, strict=True) if share < most]
    assert max(shares, default=0) - min(unmet, default=max(shares, default=0)) <= 1
    assert unmet == sorted(unmet, reverse=True)


def test_a_failure_reaches_its_own_batch_only() -> None:
    """The next batch is worked on as ever, and of a request that failed nothing is left."""

    async def failed() -> tuple[Sequence[object], Any, list[list[int]]]:
        models = Models()
        call = batched(models)
        calls = (call(items) for items in ([13, 1], [2], [3], [4], [6]))
        return await asyncio.gather(*calls, return_exceptions=True), await call([1]), models.batches

    (*faults, beside), after, batches = asyncio.run(failed())
    assert [type(fault) for fault in faults] == [ValueError] * 4
    assert (beside, after) == ([7], [2])
    assert batches == [[13, 2, 3, 4], [6], [1]]


class Watch(Unwatched):
    """Notes waits, names requests by their number, and notes who rides in a batch, while it is worked off."""

    def __init__(self, waits: list[float] | None = None) -> None:
        self.waits = [] if waits is None else waits
        self.requests = 0
        self.batches: list[Sequence[object]] = []
        self.inside = False

    def waited(self, seconds: float) -> None:
        self.waits.append(seconds)

    def rider(self) -> object:
        self.requests += 1
        return self.requests

    @contextmanager
    def batch(self, riders: Sequence[object]) -> Iterator[None]:
        self.batches.append(riders)
        self.inside = True
        try:
            yield
        finally:
            self.inside = False


def test_who_rides_in_a_batch_is_told() -> None:
    """Around its work; a request that takes several rides in each, and a fault passes through."""
    watch = Watch()

    async def work(requests: Sequence[list[int]]) -> list[list[int]]:
        assert watch.inside
        if [13] in requests:
            raise ValueError("13")
        return [list(request) for request in requests]

    async def ask() -> None:
        call = Batches(4, 60, watch=watch)(work)
        assert list(await asyncio.gather(call([1] * 6), call([2]))) == [[1] * 6, [2]]
        with pytest.raises(ValueError, match="13"):
            await call([13])

    asyncio.run(ask())
    assert watch.batches == [[1, 2], [1], [3]]
    assert not watch.inside


def test_the_wait_of_each_request_is_told() -> None:
    """From its coming to its first batch; of one that is refused nothing."""

    async def work() -> list[float]:
        models, clock, waits = Models(), Clock(), list[float]()
        call = Batches(4, 60, clock, Watch(waits))(models.work)

        async def beside(seconds: float, count: int) -> list[object]:
            """A request, and others that come while it is in its batch, which takes so long."""
            models.may_work.clear()
            asked = [asyncio.ensure_future(call([1]))]
            await settled()
            asked += [asyncio.ensure_future(call([2])) for _ in range(count)]
            await settled()
            clock.now += seconds
            models.may_work.set()
            return list(await asyncio.gather(*asked, return_exceptions=True))

        await beside(0.5, 2)
        *_, refused = await beside(100, 1)
        assert isinstance(refused, Overloaded)
        return waits

    assert asyncio.run(work()) == [0, 0.5, 0.5, 0]
