"""
Adaptive batching: a batch is sent as soon as the previous one is done, with all requests that arrived meanwhile.

No request waits for a batch to fill, and batches grow with the load.
"""

import asyncio
import time
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from typing import Any, Protocol

from svgai.errors import Overloaded

Work = Callable[[Sequence[list[Any]]], Awaitable[Sequence[list[Any]]]]
"""Answers the items of several requests, one answer per item in the same order."""


class BatchWatch(Protocol):
    """Observer of requests and batches."""

    def waited(self, seconds: float) -> None:
        """A request waited this long for its first batch; not called for rejected requests."""

    def rider(self) -> object:
        """A handle of the current request."""

    def batch(self, riders: Sequence[object]) -> AbstractContextManager[None]:
        """Around the work of a batch of these requests."""


class Unwatched:
    """Nobody does."""

    def waited(self, seconds: float) -> None: ...

    def rider(self) -> object:
        return None

    def batch(self, riders: Sequence[object]) -> AbstractContextManager[None]:  # noqa: ARG002
        return nullcontext()


@dataclass(eq=False)
class _Request:
    items: list[Any]
    came: float
    answer: asyncio.Future[list[Any]]
    rider: object
    begun: int = 0
    answers: list[Any] = field(default_factory=list)


class Batches:
    """
    The queue of one API, in place of BentoML's dispatcher.

    Args:
        max_batch_size: Most items of a batch. A larger request is split, and its answers are joined.
        max_latency_s: Seconds that a request may wait for its first batch; then it is rejected.
        watch: Observer of requests and batches.
    """

    def __init__(
        self,
        max_batch_size: int,
        max_latency_s: float,
        clock: Callable[[], float] = time.monotonic,
        watch: BatchWatch = Unwatched(),  # noqa: B008 - it has no state
    ) -> None:
        self.max_batch_size = max_batch_size
        self.max_latency_s = max_latency_s
        self._clock = clock
        self._watch = watch
        self._queue: deque[_Request] = deque()
        self._worker: asyncio.Task[None] | None = None

    def __call__(self, work: Work) -> Callable[[list[Any]], Awaitable[list[Any]]]:
        """
        The function that answers a request's items by this work, which is the same for all requests.

        It raises Overloaded if the request waited too long, and whatever the work raises. Cancelling it removes the
        items that are not yet in a batch.
        """

        async def answer(items: list[Any]) -> list[Any]:
            future: asyncio.Future[list[Any]] = asyncio.get_running_loop().create_future()
            request = _Request(items, self._clock(), future, self._watch.rider())
            self._queue.append(request)
            if self._worker is None or self._worker.done():
                self._worker = asyncio.create_task(self._work_off(work))
            return await request.answer

        return answer

    async def _work_off(self, work: Work) -> None:
        while parts := self._next_batch():
            try:
                with self._watch.batch([request.rider for request, _ in parts]):
                    outcomes = await work([items for _, items in parts])
                for (request, _), answers in zip(parts, outcomes, strict=True):
                    request.answers.extend(answers)
                    if len(request.answers) == len(request.items) and not request.answer.done():
                        request.answer.set_result(request.answers)
            except Exception as fault:  # noqa: BLE001 - it is raised where the answers are waited for
                for request, _ in parts:
                    if not request.answer.done():
                        request.answer.set_exception(fault)

    def _next_batch(self) -> list[tuple[_Request, list[Any]]]:
        parts: list[tuple[_Request, list[Any]]] = []
        waiting = [request for request in self._queue if self._wanted(request)]
        shares = fair_shares([len(request.items) - request.begun for request in waiting], self.max_batch_size)
        for request, share in zip(waiting, shares, strict=True):
            if share and not request.begun:
                self._watch.waited(self._clock() - request.came)
            if share:
                parts.append((request, request.items[request.begun : request.begun + share]))
                request.begun += share
        self._queue = deque(request for request in waiting if request.begun < len(request.items))
        return parts

    def _wanted(self, request: _Request) -> bool:
        """Whether a request is still awaited; one that has waited too long is rejected."""
        if not request.answer.done() and not request.begun and self._clock() - request.came > self.max_latency_s:
            text = f"no batch within {self.max_latency_s * 1000:g} ms; try again shortly"
            request.answer.set_exception(Overloaded(text))
        return not request.answer.done()


def fair_shares(wanted: Sequence[int], room: int) -> list[int]:
    """
    Divide the room of a batch between requests that want so many items each: equally, so that no list delays the only
    image of another request; where there is not one for each, the first ones get theirs.
    """
    shares = [0] * len(wanted)
    while room and (open_ones := [place for place, most in enumerate(wanted) if shares[place] < most]):
        each = max(1, room // len(open_ones))
        for place in open_ones:
            share = min(each, wanted[place] - shares[place], room)
            shares[place] += share
            room -= share
    return shares
