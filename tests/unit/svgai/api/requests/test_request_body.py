"""Bodies as they come: bounded in size, time and memory, and inflated."""

import asyncio
import gzip
from typing import Any

import pytest
from starlette.datastructures import Headers

from svgai.api.requests import request_body
from svgai.api.requests.request_body import RequestBodies, _Upload
from svgai.api.requests.request_record import RequestRecord
from svgai.errors import ClientGone, InvalidRequest, Overloaded, RequestTimeout, TooLarge, UnsupportedMediaType
from tests.fakes import virtual_time


def _record() -> RequestRecord:
    return RequestRecord("id", "POST", "/api/convert")


async def _read(
    bodies: RequestBodies, parts: list[bytes], *, pause: float = 0, ends: bool = True, encoding: str = ""
) -> bytes:
    left = list(parts)

    async def receive() -> dict[str, Any]:
        await asyncio.sleep(pause)
        if not left:
            await asyncio.sleep(60)
        part = left.pop(0)
        return {"type": "http.request", "body": part, "more_body": bool(left) or not ends}

    return await bodies.read(receive, Headers({"content-encoding": encoding}), _record())


def test_parts_become_one_body() -> None:
    """What comes in parts is joined in order."""
    assert asyncio.run(_read(RequestBodies(100), [b"a", b"", b"bc"])) == b"abc"


def test_a_body_is_counted_as_it_comes() -> None:
    """One byte above the limit is too much."""
    assert len(asyncio.run(_read(RequestBodies(100), [b"x" * 60, b"x" * 40]))) == 100
    with pytest.raises(TooLarge, match="100 bytes"):
        asyncio.run(_read(RequestBodies(100), [b"x" * 60, b"x" * 41]))


def test_a_declared_size_is_refused_unread() -> None:
    """The header is enough."""
    with pytest.raises(TooLarge):
        RequestBodies(100).refuse_declared(Headers({"content-length": "101"}))
    RequestBodies(100).refuse_declared(Headers({"content-length": "100"}))


def test_a_client_that_leaves_is_gone() -> None:
    """A disconnect before the end is the client's."""

    async def receive() -> dict[str, Any]:
        return {"type": "http.disconnect"}

    with pytest.raises(ClientGone):
        asyncio.run(RequestBodies(100).read(receive, Headers({}), _record()))


def test_a_body_that_does_not_come_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """After the patience that it has earned by what it sent."""
    monkeypatch.setattr(request_body, "PATIENCE_S", 0.2)
    with pytest.raises(RequestTimeout, match=r"0\.2 s"):
        virtual_time.run(_read(RequestBodies(1_000_000), [b"x"], ends=False))


def test_a_body_that_keeps_up_is_received(monkeypatch: pytest.MonkeyPatch) -> None:
    """What comes at the least rate has the time that it takes."""
    monkeypatch.setattr(request_body, "PATIENCE_S", 0.2)
    monkeypatch.setattr(request_body, "LEAST_RATE", 1_000)
    assert len(virtual_time.run(_read(RequestBodies(1_000_000), [b"x" * 200] * 5, pause=0.1))) == 1_000


def test_the_slowest_of_many_large_bodies_gives_way() -> None:
    """Memory for bodies on their way is bounded; who began first and is still not done is refused."""
    bodies = RequestBodies(200_000)

    async def crowd() -> list[Any]:
        slow = [asyncio.create_task(_read(bodies, [b"x" * 190_000], ends=False)) for _ in range(17)]
        await asyncio.sleep(0.05)
        quick = await _read(bodies, [b"x" * 100_000, b"x" * 90_000])
        refused = [task for task in slow if task.done()]
        for task in slow:
            task.cancel()
        await asyncio.gather(*slow, return_exceptions=True)
        return [len(quick), len(refused), refused[0] is slow[0], type(refused[0].exception()), bodies.held]

    quick, refused, first, fault, held = virtual_time.run(crowd())
    assert (quick, first, fault, held) == (190_000, True, Overloaded, 0)
    assert 1 <= refused <= 2


def test_a_body_whose_time_is_just_over_gives_way() -> None:
    """Whoever takes its room notices nothing: it is refused in any case."""

    async def overlap() -> bool:
        uploads: list[_Upload] = []

        async def receive_slowly() -> None:
            uploads.append(_Upload())
            async with uploads[0].limit:
                await asyncio.sleep(60)

        slow = asyncio.create_task(receive_slowly())
        await asyncio.sleep(0)
        uploads[0].limit.reschedule(asyncio.get_running_loop().time())
        await asyncio.sleep(0)  # its timer has gone off, and it does not know yet
        uploads[0].displace()
        with pytest.raises(TimeoutError):
            await slow
        return uploads[0].displaced

    assert virtual_time.run(overlap())


def test_gzip_is_inflated() -> None:
    """Also under its older name."""
    for name in ("gzip", "x-gzip", "GZIP"):
        assert asyncio.run(_read(RequestBodies(100), [gzip.compress(b"abc")], encoding=name)) == b"abc"


def test_a_bomb_is_stopped_at_the_limit() -> None:
    """What inflates to more than a body may have is too large."""
    with pytest.raises(TooLarge):
        asyncio.run(_read(RequestBodies(100_000), [gzip.compress(b" " * 50_000_000)], encoding="gzip"))


@pytest.mark.parametrize(
    "body",
    [b"no gzip", gzip.compress(b"abc")[:-1], gzip.compress(b"abc") + b"x", b""],
    ids=["other", "cut off", "followed", "empty"],
)
def test_broken_gzip_is_an_invalid_request(body: bytes) -> None:
    """Nothing may be missing, and nothing may follow."""
    with pytest.raises(InvalidRequest):
        asyncio.run(_read(RequestBodies(100), [body], encoding="gzip"))


@pytest.mark.parametrize("encoding", ["br", "deflate", "gzip, gzip"])
def test_other_encodings_are_refused(encoding: str) -> None:
    """The message says what is read."""
    with pytest.raises(UnsupportedMediaType, match="gzip"):
        RequestBodies(100).refuse_declared(Headers({"content-encoding": encoding}))
