"""Work is cancelled when its client goes, and only then."""

import asyncio
from collections.abc import MutableMapping
from typing import Any

import pytest
from starlette.requests import Request

from svgai.errors import ClientGone, InvalidImage
from svgai.serve.client_presence import while_connected
from tests.fakes import virtual_time


def _request(disconnect_after_s: float) -> Request:
    async def receive() -> MutableMapping[str, Any]:
        await asyncio.sleep(disconnect_after_s)
        return {"type": "http.disconnect"}

    return Request({"type": "http", "headers": []}, receive)


async def _work(seconds: float, ended: list[tuple[object, ...]]) -> str:
    try:
        await asyncio.shield(asyncio.sleep(seconds))
    except asyncio.CancelledError as cancelled:
        ended.append(cancelled.args)
        raise
    return "done"


def test_a_client_that_stays_gets_its_answer() -> None:
    """The work's answer comes back."""
    assert virtual_time.run(while_connected(_request(5), _work(0.01, []))) == "done"


def test_a_fault_passes_through() -> None:
    """The work's own fault is raised."""

    async def fail() -> None:
        raise InvalidImage("no image")

    with pytest.raises(InvalidImage):
        virtual_time.run(while_connected(_request(5), fail()))


def test_work_without_a_client_is_cancelled() -> None:
    """When the client goes first the work is cancelled, and told why."""
    ended: list[tuple[object, ...]] = []
    with pytest.raises(ClientGone):
        virtual_time.run(while_connected(_request(0.01), _work(5, ended)))
    assert ended == [("client_gone",)]


def test_cancelling_the_request_cancels_the_work() -> None:
    """A request that runs out of time takes its work with it; no client has gone then."""
    ended: list[tuple[object, ...]] = []

    async def impatient() -> None:
        async with asyncio.timeout(0.02):
            await while_connected(_request(5), _work(5, ended))

    with pytest.raises(TimeoutError):
        virtual_time.run(impatient())
    assert ended == [()]
