"""The callbacks by which long-running work reports its progress, and a training its metrics."""

from collections.abc import Callable, Mapping

Progress = Callable[[str, int, int], None]
"""Called with a description, the number of finished steps, and the total."""

Watch = Callable[[int, Mapping[str, float]], None]
"""Called after each epoch or round, with its number from 0 on and its metrics."""


def unwatched(_step: int, _figures: Mapping[str, float]) -> None:
    """Does nothing: for a training without a listener."""
