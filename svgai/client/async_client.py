"""The client for asyncio."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from itertools import islice
from types import TracebackType
from typing import Self, TypeVar, Unpack

import httpx
from tenacity import AsyncRetrying

from svgai.client.answers import ClassifyAnswer, ConvertAnswer, OptimizeAnswer
from svgai.client.errors import ClientError
from svgai.client.many import Outcome, Progress, length_of, require_concurrency
from svgai.client.requests import (
    ConvertOptions,
    FeedbackOptions,
    ImageSource,
    OptimizeOptions,
    Sendable,
    call,
    feedback,
    headers,
    reading,
    require_success,
    without_answer,
)
from svgai.client.retries import Retries

T = TypeVar("T")


class AsyncClient:
    """
    A client of one service, closed at the end of an `async with` block.

    Args:
        url: address of the service, such as http://127.0.0.1:3000.
        api_key: if the service requires one.
        timeout_s: seconds that one attempt may take without anything happening on the connection.
        retries: what is retried, and when.
        transport: of httpx, for tests and special connections.
        pause: waits for some seconds between attempts.
    """

    def __init__(
        self,
        url: str,
        *,
        api_key: str | None = None,
        timeout_s: float = 60.0,
        retries: Retries = Retries(),  # noqa: B008 - frozen
        transport: httpx.AsyncBaseTransport | None = None,
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._http = httpx.AsyncClient(base_url=url, headers=headers(api_key), timeout=timeout_s, transport=transport)
        self._retries = retries
        self._pause = pause

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Close all connections."""
        await self._http.aclose()

    async def convert(self, image: ImageSource, **options: Unpack[ConvertOptions]) -> ConvertAnswer:
        """The SVG of an image, with its measured quality. Raises ClientError."""
        return await self._made(await asyncio.to_thread(call, "convert", image, options), reading(ConvertAnswer))

    async def classify(self, image: ImageSource) -> ClassifyAnswer:
        """The type of an image. Raises ClientError."""
        return await self._made(await asyncio.to_thread(call, "classify", image, {}), reading(ClassifyAnswer))

    async def optimize(self, image: ImageSource, **options: Unpack[OptimizeOptions]) -> OptimizeAnswer:
        """The tracing that is predicted to be the smallest that reaches the target. Raises ClientError."""
        return await self._made(await asyncio.to_thread(call, "optimize", image, options), reading(OptimizeAnswer))

    async def feedback(self, conversion: ConvertAnswer | str, **said: Unpack[FeedbackOptions]) -> None:
        """
        Rate an answer, or the conversion of an id, with `rating` from 1 to 5 or `thumb`. Raises ClientError.

        With the same `identifier` it replaces the earlier rating.
        """
        await self._made(feedback(conversion, said), require_success)

    async def convert_many(
        self,
        images: Iterable[ImageSource],
        *,
        concurrency: int = 4,
        progress: Progress | None = None,
        **options: Unpack[ConvertOptions],
    ) -> AsyncIterator[Outcome]:
        """
        Convert images, `concurrency` at a time, and yield each outcome as it completes, in any order.

        An image that fails is an outcome with an error, and the others go on. Images are taken from the iterable no
        earlier than there is room for them. Closing the generator cancels the rest.

        Raises:
            ValueError: `concurrency` is less than 1.
        """
        require_concurrency(concurrency)
        total, waiting, done = length_of(images), enumerate(images), 0

        def begun(count: int) -> set[asyncio.Task[Outcome]]:
            return {
                asyncio.create_task(self._outcome(number, image, options)) for number, image in islice(waiting, count)
            }

        running = begun(concurrency)
        try:
            while running:
                finished, running = await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
                running |= begun(len(finished))
                for task in finished:
                    done += 1
                    if progress:
                        progress(done, total)
                    yield task.result()
        finally:
            for task in running:
                task.cancel()

    async def _outcome(self, index: int, image: ImageSource, options: ConvertOptions) -> Outcome:
        try:
            return Outcome(index, image, answer=await self.convert(image, **options))
        except ClientError as fault:
            return Outcome(index, image, error=fault)

    async def _made(self, asked: Sendable, read: Callable[[httpx.Response], T]) -> T:
        again = self._retries
        attempts = AsyncRetrying(sleep=self._pause, stop=again.stop, wait=again.wait, retry=again.retry, reraise=True)
        return await attempts(self._attempt, asked, read)

    async def _attempt(self, asked: Sendable, read: Callable[[httpx.Response], T]) -> T:
        request = asked.sent_by(self._http)
        try:
            response = await self._http.send(request)
        except httpx.RequestError as fault:
            raise without_answer(fault, request) from fault
        return read(response)
