"""The cache of conversions over a store that works, and over one that does not."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest
from prometheus_client import CollectorRegistry

from svgai.convert.conversion import Conversion
from svgai.errors import TracingFailed
from svgai.serve.cache.cached_values import LARGEST_VALUE, to_bytes
from svgai.serve.cache.conversion_cache import Found, NoCache, StoredConversions
from svgai.serve.cache.memory_store import MemoryStore
from svgai.serve.cache.stores import StoreFault
from svgai.serve.monitoring.metrics import PrometheusMetrics
from tests.fakes.serving_fakes import conversion

MADE = conversion(svg='<svg xmlns="http://www.w3.org/2000/svg"/>')


class BrokenStore:
    """Refuses to answer, or only to keep."""

    def __init__(self, *, answers: bool) -> None:
        self.answers = answers
        self.put_attempts = 0

    async def get(self, _: str) -> bytes | None:
        if not self.answers:
            raise StoreFault("dead")
        return None

    async def put(self, _key: str, _value: bytes) -> None:
        self.put_attempts += 1
        raise StoreFault("full")

    async def close(self) -> None: ...


class Converter:
    """Makes a conversion, and counts."""

    def __init__(self, made: Conversion | Exception = MADE) -> None:
        self.made = made
        self.calls = 0

    async def __call__(self) -> Conversion:
        self.calls += 1
        await asyncio.sleep(0)
        if isinstance(self.made, Exception):
            raise self.made
        return self.made


class Counts:
    """The metric."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self.metrics = PrometheusMetrics(self._registry)

    @property
    def seen(self) -> tuple[float | None, ...]:
        names = ("hit", "miss", "error")
        return tuple(self._registry.get_sample_value("svgai_cache_requests_total", {"result": name}) for name in names)


def _run(test: Callable[[], Awaitable[None]]) -> None:
    async def work() -> None:
        await test()

    asyncio.run(work())


def test_the_second_request_gets_what_the_first_got() -> None:
    """It is made once, and each request is counted; before any, all results are there with 0."""

    async def test() -> None:
        counts, convert = Counts(), Converter()
        assert counts.seen == (0, 0, 0)
        cache = StoredConversions(MemoryStore(10**6), counts.metrics)
        assert await cache.find("a", convert) == Found(MADE, cached=False)
        assert await cache.find("a", convert) == Found(MADE, cached=True)
        assert await cache.find("b", convert) == Found(MADE, cached=False)
        assert (convert.calls, counts.seen) == (2, (1, 2, 0))

    _run(test)


def test_requests_at_once_share_one_conversion() -> None:
    """Those that share it count as hits."""

    async def test() -> None:
        counts, convert = Counts(), Converter()
        cache = StoredConversions(MemoryStore(10**6), counts.metrics)
        found = await asyncio.gather(*(cache.find("a", convert) for _ in range(3)))
        assert found == [Found(MADE, cached=False), *[Found(MADE, cached=True)] * 2]
        assert (convert.calls, counts.seen) == (1, (2, 1, 0))

    _run(test)


def test_where_the_first_leaves_the_conversion_is_the_next_ones() -> None:
    """So that somebody counts and keeps what was made; it was a miss of both."""

    async def test() -> None:
        counts, convert = Counts(), Converter()
        cache = StoredConversions(MemoryStore(10**6), counts.metrics)
        first, *others = (asyncio.create_task(cache.find("a", convert)) for _ in range(3))
        await asyncio.sleep(0)
        first.cancel()
        assert await asyncio.gather(*others) == [Found(MADE, cached=False), Found(MADE, cached=True)]
        assert (convert.calls, counts.seen) == (1, (1, 2, 0))

    _run(test)


@pytest.mark.parametrize(
    "made", [conversion(cut_short=True), conversion(svg="<svg " + " " * LARGEST_VALUE), conversion(svg="nonsense")]
)
def test_what_the_next_try_may_better_is_not_kept(made: Conversion) -> None:
    """What ended for want of time; what is larger than anything that is kept; what would not come back."""

    async def test() -> None:
        counts, convert = Counts(), Converter(made)
        cache = StoredConversions(MemoryStore(10**8), counts.metrics)
        for _ in range(2):
            assert await cache.find("a", convert) == Found(made, cached=False)
        assert (convert.calls, counts.seen) == (2, (0, 2, 0))

    _run(test)


def test_a_fault_is_not_kept() -> None:
    """The next request tries again."""

    async def test() -> None:
        convert = Converter(TracingFailed("no"))
        cache = StoredConversions(MemoryStore(10**6), Counts().metrics)
        with pytest.raises(TracingFailed):
            await cache.find("a", convert)
        convert.made = MADE
        assert await cache.find("a", convert) == Found(MADE, cached=False)

    _run(test)


def test_a_store_that_does_not_answer_is_a_miss() -> None:
    """It counts as an error, and is not asked to keep anything."""

    async def test() -> None:
        counts, store = Counts(), BrokenStore(answers=False)
        assert await StoredConversions(store, counts.metrics).find("a", Converter()) == Found(MADE, cached=False)
        assert (counts.seen, store.put_attempts) == ((0, 0, 1), 0)

    _run(test)


def test_a_store_that_keeps_nothing_hurts_nobody() -> None:
    """The answer is what it would have been."""

    async def test() -> None:
        counts, store = Counts(), BrokenStore(answers=True)
        assert await StoredConversions(store, counts.metrics).find("a", Converter()) == Found(MADE, cached=False)
        assert (counts.seen, store.put_attempts) == ((0, 1, 0), 1)

    _run(test)


@pytest.mark.parametrize("value", [b"", b"{}", b"\x80\x04N.", to_bytes(conversion(svg="<svg><script/></svg>"))])
def test_a_value_that_is_none_of_ours_is_a_miss_and_replaced(value: bytes) -> None:
    """A poisoned store gives nothing but the next conversion."""

    async def test() -> None:
        counts, store, convert = Counts(), MemoryStore(10**6), Converter()
        await store.put("a", value)
        cache = StoredConversions(store, counts.metrics)
        assert await cache.find("a", convert) == Found(MADE, cached=False)
        assert await cache.find("a", convert) == Found(MADE, cached=True)
        assert counts.seen == (1, 1, 0)
        await cache.close()

    _run(test)


def test_without_a_cache_everything_is_made() -> None:
    """Equal requests at once, too."""

    async def test() -> None:
        cache, convert = NoCache(), Converter()
        found = await asyncio.gather(*(cache.find("a", convert) for _ in range(2)))
        assert found == [Found(MADE, cached=False)] * 2
        assert convert.calls == 2
        await cache.close()

    _run(test)
