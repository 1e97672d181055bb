"""Equal work at once is done once, as long as somebody waits for it."""

import asyncio
from collections.abc import Coroutine
from typing import Any

import pytest

from svgai.serve.cache.single_flight import SingleFlight


class Work:
    """Work that ends when it is told to, and knows how often it was begun and given up."""

    def __init__(self) -> None:
        self.begun = self.cancelled = 0
        self.ends = asyncio.Event()
        self.fault: Exception | None = None

    async def __call__(self) -> int:
        self.begun += 1
        try:
            await self.ends.wait()
        except asyncio.CancelledError:
            self.cancelled += 1
            raise
        if self.fault:
            raise self.fault
        return self.begun


async def _turns() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


def _run(test: Coroutine[Any, Any, None]) -> None:
    asyncio.run(test)


def test_who_comes_meanwhile_shares_the_result() -> None:
    """The work is done once; who comes later begins anew; another key is other work."""

    async def test() -> None:
        flights, work = SingleFlight[int](), Work()
        waiting = [asyncio.create_task(flights.result("a", work)) for _ in range(3)]
        other = asyncio.create_task(flights.result("b", work))
        await _turns()
        assert "a" in flights
        work.ends.set()
        assert await asyncio.gather(*waiting) == [2, 2, 2]
        assert await other == 2
        assert "a" not in flights
        assert await flights.result("a", work) == 3

    _run(test())


def test_the_work_goes_on_when_the_first_leaves() -> None:
    """The second has its result."""

    async def test() -> None:
        flights, work = SingleFlight[int](), Work()
        first = asyncio.create_task(flights.result("a", work))
        await _turns()
        second = asyncio.create_task(flights.result("a", work))
        await _turns()
        first.cancel()
        await _turns()
        work.ends.set()
        assert await second == 1
        assert first.cancelled()
        assert (work.begun, work.cancelled) == (1, 0)

    _run(test())


def test_work_that_nobody_waits_for_is_given_up() -> None:
    """Who comes after the last has left begins anew, and does not get the other's end."""

    async def test() -> None:
        flights, work = SingleFlight[int](), Work()
        waiting = [asyncio.create_task(flights.result("a", work)) for _ in range(2)]
        await _turns()
        for one in waiting:
            one.cancel()
        await asyncio.sleep(0)
        late = asyncio.create_task(flights.result("a", work))
        await _turns()
        assert (work.begun, work.cancelled) == (2, 1)
        work.ends.set()
        assert await late == 2

    _run(test())


def test_a_fault_reaches_all_and_stays_with_none() -> None:
    """All who wait get it, and the next one tries again."""

    async def test() -> None:
        flights, work = SingleFlight[int](), Work()
        work.fault = ValueError("no")
        work.ends.set()
        found = await asyncio.gather(*(flights.result("a", work) for _ in range(2)), return_exceptions=True)
        assert [str(one) for one in found] == ["no", "no"]
        work.fault = None
        assert await flights.result("a", work) == 2

    _run(test())


def test_a_fault_that_nobody_waits_for_is_no_warning(caplog: pytest.LogCaptureFixture) -> None:
    """Work that fails while it is being given up ends without a word."""

    async def test() -> None:
        flights = SingleFlight[int]()

        async def stubborn() -> int:
            try:
                await asyncio.sleep(10)
            except asyncio.CancelledError:
                raise ValueError("late") from None
            return 0

        waiting = asyncio.create_task(flights.result("a", stubborn))
        await _turns()
        waiting.cancel()
        await _turns()
        assert "a" not in flights

    _run(test())
    assert not caplog.records
