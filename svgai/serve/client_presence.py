"""Cancels work when its client disconnects, so that others can use its place."""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

from starlette.requests import Request

from svgai.errors import ClientGone

T = TypeVar("T")


async def while_connected(request: Request, work: Coroutine[Any, Any, T]) -> T:
    """
    Do the work, and cancel it when the client disconnects. The request's body must have been read.

    The CancelledError of that work has the code of ClientGone as its argument. Any other cancellation, such as a
    request's timeout, has none.

    Raises:
        ClientGone: the client disconnected first.
    """
    task, gone = asyncio.ensure_future(work), asyncio.ensure_future(_disconnect(request))
    reason = None
    try:
        await asyncio.wait({task, gone}, return_when=asyncio.FIRST_COMPLETED)
        if task.done():
            return task.result()
        reason = ClientGone.code
        raise ClientGone("the client closed the connection")
    finally:
        task.cancel(reason)
        gone.cancel()


async def _disconnect(request: Request) -> None:
    message = await request.receive()
    while message["type"] != "http.disconnect":
        message = await request.receive()
