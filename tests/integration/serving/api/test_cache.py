"""The cache with a real Redis: shared by services, and dead, hanging, restarted, full and poisoned."""

import asyncio
import re
import statistics
import time
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import redis

from svgai.serve.cache.cached_values import LARGEST_VALUE
from svgai.serve.cache.redis_store import ANSWER_WITHIN_S, LOOKED_AT_EVERY_S, RedisStore
from svgai.serve.cache.stores import StoreFault
from tests.fakes.serving_fakes import png
from tests.integration.servers.redis_server import PASSWORD, RedisServer, redis_server
from tests.integration.servers.served import Served, encoded, serving

pytestmark = pytest.mark.integration

KEY = "0" * 64
BACK_WITHIN_S = 60
PATIENT_S = 10.0
"""Timeout for what is not about time: other tests keep the machine busy."""


@pytest.fixture
def server(tmp_path: Path) -> Iterator[RedisServer]:
    folder = tmp_path / "redis"
    folder.mkdir()
    with redis_server(folder) as running:
        yield running


def _with_store(url: str, test: Callable[[RedisStore], Awaitable[None]], answer_within_s: float = PATIENT_S) -> None:
    async def work() -> None:
        store = RedisStore(url, answer_within_s=answer_within_s)
        try:
            await test(store)
        finally:
            await store.close()

    asyncio.run(work())


async def _fault(store: RedisStore) -> float:
    """Seconds that a question took which was not answered."""
    began = time.perf_counter()
    with pytest.raises(StoreFault):
        await store.get(KEY)
    return time.perf_counter() - began


async def _back(store: RedisStore) -> None:
    deadline = time.monotonic() + BACK_WITHIN_S
    while not store.able:
        assert time.monotonic() < deadline
        await asyncio.sleep(0.05)


def test_what_is_put_comes_back(server: RedisServer) -> None:
    """Byte for byte, under a key with our prefix, for a week; what is not there is nothing."""

    async def test(store: RedisStore) -> None:
        assert await store.get(KEY) is None
        value = bytes(range(256))
        await store.put(KEY, value)
        assert await store.get(KEY) == value

    _with_store(server.url, test)
    with redis.Redis.from_url(server.url) as client:
        assert 0 < client.ttl(f"svgai:conversion:{KEY}") <= 7 * 24 * 3600


@pytest.mark.alone
def test_a_dead_server_costs_nothing_and_is_used_again(server: RedisServer, caplog: pytest.LogCaptureFixture) -> None:
    """From the second question on no time at all; it is told once, without the password."""

    async def test(store: RedisStore) -> None:
        await store.put(KEY, b"x")
        server.kill()
        assert await _fault(store) < ANSWER_WITHIN_S + 0.1
        assert statistics.median([await _fault(store) for _ in range(100)]) < 0.001
        await asyncio.sleep(3 * LOOKED_AT_EVERY_S)
        assert not store.able
        server.start()
        await _back(store)
        assert await store.get(KEY) is None
        await store.put(KEY, b"y")
        assert await store.get(KEY) == b"y"

    _with_store(server.url, test, ANSWER_WITHIN_S)
    assert [record.message for record in caplog.records if record.levelname == "WARNING"] == [
        "the cache is not used until its server answers"
    ]
    assert PASSWORD not in "".join(str(vars(record)) for record in caplog.records)


@pytest.mark.alone
def test_a_hanging_server_costs_a_tenth_of_a_second_once(server: RedisServer) -> None:
    """Many questions at once all give up then; the next ones do not wait; what it held is there when it goes on."""

    async def test(store: RedisStore) -> None:
        await store.put(KEY, b"x")
        server.hang()
        assert max(await asyncio.gather(*(_fault(store) for _ in range(20)))) < ANSWER_WITHIN_S + 0.2
        assert statistics.median([await _fault(store) for _ in range(100)]) < 0.001
        server.go_on()
        await _back(store)
        assert await store.get(KEY) == b"x"

    _with_store(server.url, test, ANSWER_WITHIN_S)


def test_a_restart_between_two_questions_is_not_noticed(server: RedisServer) -> None:
    """Connections of before are made anew."""

    async def test(store: RedisStore) -> None:
        await asyncio.gather(*(store.put(f"{number:064}", b"x") for number in range(10)))
        server.kill()
        server.start()
        assert await asyncio.gather(*(store.get(f"{number:064}") for number in range(10))) == [None] * 10
        assert store.able

    _with_store(server.url, test)


def test_what_others_put_there_is_bounded(server: RedisServer) -> None:
    """Of a huge value no more is read than could be ours; of a value of another kind nothing; the rest still works."""
    with redis.Redis.from_url(server.url) as client:
        client.set(f"svgai:conversion:{KEY}", b"x" * 20_000_000)
        client.lpush("svgai:conversion:list", "a")

    async def test(store: RedisStore) -> None:
        value = await store.get(KEY)
        assert value is not None
        assert len(value) == LARGEST_VALUE + 1
        with pytest.raises(StoreFault, match="WRONGTYPE"):
            await store.get("list")
        assert store.able

    _with_store(server.url, test)


def test_a_full_server_is_a_fault_that_passes(server: RedisServer) -> None:
    """What is there can be read on."""

    async def test(store: RedisStore) -> None:
        await store.put(KEY, b"x")
        with redis.Redis.from_url(server.url) as client:
            client.config_set("maxmemory-policy", "noeviction")
            client.config_set("maxmemory", "1")
        with pytest.raises(StoreFault, match=r"OOM|OutOfMemory"):
            await store.put(KEY, b"y")
        assert await store.get(KEY) == b"x"

    _with_store(server.url, test)


def test_a_wrong_password_is_told_but_not_written(server: RedisServer, caplog: pytest.LogCaptureFixture) -> None:
    """The log says that the server refuses, and shows no password."""
    url = server.url.replace(PASSWORD, "wr0ng-secret")

    async def test(store: RedisStore) -> None:
        await _fault(store)

    _with_store(url, test)
    logged = "".join(str(vars(record)) for record in caplog.records)
    assert "Authentication" in logged
    assert "wr0ng-secret" not in logged


def _convert(served: Served, image: bytes, **options: object) -> dict[str, object]:
    answer = served.client.post("/api/convert", json={"image": encoded(image), **options})
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert isinstance(body, dict)
    return body


def _counted(served: Served, result: str) -> float:
    text = served.client.get("/metrics").text
    found = re.search(rf'^svgai_cache_requests_total{{result="{result}"}} (\S+)', text, re.MULTILINE)
    assert found, result
    return float(found[1])


@pytest.mark.alone  # a service waits for Redis a tenth of a second
def test_services_share_what_they_converted(server: RedisServer, tmp_path: Path, models_folder: Path) -> None:
    """
    One converts, the other answers the same with an id of its own.

    With the server dead both go on as if there were none, and no line of theirs shows its password.
    """
    settings: dict[str, Any] = {"MODEL_DIR": str(models_folder), "CACHE_URL": server.url, "AI_MAX_WORKERS": "1"}
    with serving(tmp_path / "one", **settings) as one, serving(tmp_path / "two", **settings) as two:
        assert [_counted(one, result) for result in ("hit", "miss", "error")] == [0, 0, 0]
        made = _convert(one, png(), background="#FFF")
        kept = _convert(two, png(), background="#ffffff")
        assert (made["cached"], kept["cached"]) == (False, True)
        assert made["conversion_id"] != kept["conversion_id"]
        own = {"cached", "conversion_id"}
        assert {name: made[name] for name in made.keys() - own} == {name: kept[name] for name in kept.keys() - own}
        assert not _convert(two, png(), background="#ffffff", cache=False)["cached"]
        assert not _convert(two, png(), background="#eeeeee")["cached"]
        with redis.Redis.from_url(server.url) as client:
            for name in list(client.scan_iter()):
                client.set(name, b"\x80\x04N.")
        assert not _convert(one, png(), background="#FFF")["cached"]
        server.kill()
        assert not _convert(one, png(), background="#FFF")["cached"]
        assert (_counted(one, "miss"), _counted(one, "error")) == (2, 1)
        server.start()
        deadline = time.monotonic() + BACK_WITHIN_S
        while not _convert(one, png(), background="#FFF")["cached"]:
            assert time.monotonic() < deadline
        assert _convert(two, png(), background="#FFF")["cached"]
        pages = [served.client.get(path).text for served in (one, two) for path in ("/api/ai-status", "/metrics")]
        assert PASSWORD not in "".join([*pages, one.output.read_text(), two.output.read_text()])


@pytest.mark.long
def test_equal_requests_at_once_are_converted_once(tmp_path: Path, models_folder: Path) -> None:
    """In memory, which is the default: eight at once are one miss, and the SVG's headers tell."""
    with serving(tmp_path, MODEL_DIR=str(models_folder)) as served:
        with ThreadPoolExecutor(8) as clients:
            answers = list(clients.map(lambda _: _convert(served, png((9, 90, 200), 200)), range(8)))
        assert sorted(bool(answer["cached"]) for answer in answers) == [False] + [True] * 7
        assert len({answer["conversion_id"] for answer in answers}) == 8
        assert len({str(answer["svg"]) for answer in answers}) == 1
        assert (_counted(served, "miss"), _counted(served, "hit")) == (1, 7)
        files = {"image": png((9, 90, 200), 200)}
        plain = served.client.post("/api/convert", files=files, headers={"Accept": "image/svg+xml"})
        assert (plain.headers["X-SVGAI-Cached"], plain.text) == ("true", answers[0]["svg"])
