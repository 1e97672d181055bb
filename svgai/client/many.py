"""Many images: a bounded number in progress, each with its own outcome."""

from collections.abc import Callable, Iterable, Sized
from dataclasses import dataclass

from svgai.client.answers import ConvertAnswer
from svgai.client.errors import ClientError
from svgai.client.requests import ImageSource

Progress = Callable[[int, int | None], object]
"""Told how many images are done, and of how many, where that is known."""


@dataclass(frozen=True, eq=False)
class Outcome:
    """The outcome of one image of many: `answer`, or `error` if it failed. `index` is its position among them."""

    index: int
    image: ImageSource
    answer: ConvertAnswer | None = None
    error: ClientError | None = None

    def unwrap(self) -> ConvertAnswer:
        """
        The answer.

        Raises:
            ClientError: there is none.
        """
        if self.answer is None:
            raise self.error or ClientError("there is no answer")
        return self.answer


def length_of(images: Iterable[ImageSource]) -> int | None:
    """How many there are, if known."""
    return len(images) if isinstance(images, Sized) else None


def require_concurrency(images: int) -> None:
    """
    Check that at least one image may be in progress.

    Raises:
        ValueError: none can.
    """
    if images < 1:
        raise ValueError(f"concurrency is {images}; at least 1 image has to be in progress")
