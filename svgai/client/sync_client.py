"""The synchronous client."""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from itertools import islice
from time import sleep
from types import TracebackType
from typing import Self, TypeVar, Unpack

import httpx
from tenacity import Retrying

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


class Client:
    """
    A client of one service; may be shared by threads, and is closed at the end of a `with` block.

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
        transport: httpx.BaseTransport | None = None,
        pause: Callable[[float], None] = sleep,
    ) -> None:
        self._http = httpx.Client(base_url=url, headers=headers(api_key), timeout=timeout_s, transport=transport)
        self._retries = retries
        self._pause = pause

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close all connections."""
        self._http.close()

    def convert(self, image: ImageSource, **options: Unpack[ConvertOptions]) -> ConvertAnswer:
        """The SVG of an image, with its measured quality. Raises ClientError."""
        return self._made(call("convert", image, options), reading(ConvertAnswer))

    def classify(self, image: ImageSource) -> ClassifyAnswer:
        """The type of an image. Raises ClientError."""
        return self._made(call("classify", image, {}), reading(ClassifyAnswer))

    def optimize(self, image: ImageSource, **options: Unpack[OptimizeOptions]) -> OptimizeAnswer:
        """The tracing that is predicted to be the smallest that reaches the target. Raises ClientError."""
        return self._made(call("optimize", image, options), reading(OptimizeAnswer))

    def feedback(self, conversion: ConvertAnswer | str, **said: Unpack[FeedbackOptions]) -> None:
        """
        Rate an answer, or the conversion of an id, with `rating` from 1 to 5 or `thumb`. Raises ClientError.

        With the same `identifier` it replaces the earlier rating.
        """
        self._made(feedback(conversion, said), require_success)

    def convert_many(
        self,
        images: Iterable[ImageSource],
        *,
        concurrency: int = 4,
        progress: Progress | None = None,
        **options: Unpack[ConvertOptions],
    ) -> Iterator[Outcome]:
        """
        Convert images, `concurrency` at a time, and yield each outcome as it completes, in any order.

        An image that fails is an outcome with an error, and the others go on. Images are taken from the iterable no
        earlier than there is room for them. Closing the generator skips the rest.

        Raises:
            ValueError: `concurrency` is less than 1.
        """
        require_concurrency(concurrency)
        total, waiting = length_of(images), enumerate(images)
        with ThreadPoolExecutor(concurrency, thread_name_prefix="svgai-client") as threads:

            def begun(count: int) -> set[Future[Outcome]]:
                return {
                    threads.submit(self._outcome, number, image, options) for number, image in islice(waiting, count)
                }

            running, done = begun(concurrency), 0
            while running:
                finished, running = wait(running, return_when=FIRST_COMPLETED)
                running |= begun(len(finished))
                for future in finished:
                    done += 1
                    if progress:
                        progress(done, total)
                    yield future.result()

    def _outcome(self, index: int, image: ImageSource, options: ConvertOptions) -> Outcome:
        try:
            return Outcome(index, image, answer=self.convert(image, **options))
        except ClientError as fault:
            return Outcome(index, image, error=fault)

    def _made(self, asked: Sendable, read: Callable[[httpx.Response], T]) -> T:
        again = self._retries
        attempts = Retrying(sleep=self._pause, stop=again.stop, wait=again.wait, retry=again.retry, reraise=True)
        made: T = attempts(self._attempt, asked, read)
        return made

    def _attempt(self, asked: Sendable, read: Callable[[httpx.Response], T]) -> T:
        request = asked.sent_by(self._http)
        try:
            response = self._http.send(request)
        except httpx.RequestError as fault:
            raise without_answer(fault, request) from fault
        return read(response)
