"""The callbacks by which long-running work reports its progress, and a training its metrics."""

from collections.abc import Callable, Mapping

Progress = Callable[[str, int, int], None]
"""Called with what is being done, how many steps are done, and how many there are."""

Watch = Callable[[int, Mapping[str, float]], None]
"""Called after each epoch or round, with its number from 0 on and its figures."""


def unwatched(_step: int, _figures: Mapping[str, float]) -> None:
    """Does nothing: for a training without a listener."""
