"""How many tasks may wait for a number of workers: as many as will soon have their turn."""

import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from svgai.errors import Overloaded

_MEMORY = 0.9
"""Weight of all tasks but the last in the mean time of a task."""


class WaitingLine:
    """
    Lets tasks in, first come, first served, or refuses them.

    Args:
        workers: Tasks that are worked on at once.
        most: Tasks that may wait, however short they are.
        longest_wait_s: A task that is expected to wait longer for its turn is refused; one for each worker may always.
        watch: Told at every change how many tasks wait, and the seconds that the next one is expected to.
    """

    def __init__(
        self, workers: int, most: int, longest_wait_s: float, watch: Callable[[int, float], None] = lambda *_: None
    ) -> None:
        self._workers = workers
        self._most = most
        self._longest_wait_s = longest_wait_s
        self._watch = watch
        self._inside = 0
        self._task_s = 0.0

    @property
    def empty(self) -> bool:
        """Whether nothing is worked on or waits."""
        return self._inside == 0

    @contextmanager
    def place(self) -> Iterator[None]:
        """
        A place for a task, until it is done.

        Raises:
            Overloaded: there is none; it holds the seconds after which there is expected to be one.
        """
        waiting, wait_s = self._inside - self._workers, self._expected_s
        if waiting >= self._most or (waiting >= self._workers and wait_s > self._longest_wait_s):
            raise Overloaded("too many others wait already; try again shortly", max(1, math.ceil(wait_s)))
        self._change(1)
        try:
            yield
        finally:
            self._change(-1)

    def learn(self, task_s: float) -> None:
        """Take into account how long a task was worked on, in seconds."""
        self._task_s = _MEMORY * self._task_s + (1 - _MEMORY) * task_s if self._task_s else task_s
        self._change(0)

    @property
    def _expected_s(self) -> float:
        """How long the next task should wait for its turn."""
        return self._task_s * max(0, self._inside - self._workers + 1) / self._workers

    def _change(self, tasks: int) -> None:
        self._inside += tasks
        self._watch(max(0, self._inside - self._workers), self._expected_s)
