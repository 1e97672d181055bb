"""Values in memory: as many as fit."""

import asyncio

from hypothesis import given
from hypothesis import strategies as st

from svgai.serve.cache.memory_store import MemoryStore

CAPACITY = 10_000


def test_what_was_asked_for_longest_ago_goes_first() -> None:
    """A value that is asked for stays."""

    async def test() -> None:
        store = MemoryStore(CAPACITY)
        for name in "abc":
            await store.put(name, b"x" * 2000)
        assert await store.get("a")
        for name in "de":
            await store.put(name, b"x" * 2000)
        assert [bool(await store.get(name)) for name in "abcde"] == [True, False, True, True, True]
        await store.close()

    asyncio.run(test())


@given(st.lists(st.tuples(st.sampled_from("abcdef"), st.integers(0, CAPACITY)), max_size=40))
def test_it_never_takes_more_than_it_may(puts: list[tuple[str, int]]) -> None:
    """Also where values are replaced by larger ones; what is there is what was put last, and nothing is a fault."""

    async def test() -> None:
        store, last = MemoryStore(CAPACITY), dict[str, bytes]()
        for key, size in puts:
            value = bytes(size)
            await store.put(key, value)
            if size <= CAPACITY // 4 - 300:
                last[key] = value
            assert store.size <= CAPACITY
            assert await store.get(key) in (last.get(key), None)

    asyncio.run(test())


def test_one_large_value_does_not_drive_out_the_others() -> None:
    """It is not kept."""

    async def test() -> None:
        store = MemoryStore(CAPACITY)
        await store.put("small", b"x")
        await store.put("large", bytes(CAPACITY // 2))
        assert (await store.get("small"), await store.get("large")) == (b"x", None)

    asyncio.run(test())
