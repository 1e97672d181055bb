"""Admission control of a queue: limits the number of waiting tasks by their expected wait."""

import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from svgai.errors import Overloaded

_MEMORY = 0.9
"""Weight of earlier tasks in the moving mean of a task's time."""


class WaitingLine:
    """
    Admits tasks in order, or rejects them.

    Args:
        workers: Tasks that are worked on at once.
        most: Most tasks that may wait, however short they are.
        longest_wait_s: A task that is expected to wait longer is rejected; one per worker is always admitted.
        watch: Called at every change with the number of waiting tasks, and the next one's expected wait in seconds.
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
        """Whether no task runs or waits."""
        return self._inside == 0

    @contextmanager
    def place(self) -> Iterator[None]:
        """
        Hold a place for a task until it is done.

        Raises:
            Overloaded: there is none; with the seconds after which one is expected.
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
        """Record the time of a task, in seconds."""
        self._task_s = _MEMORY * self._task_s + (1 - _MEMORY) * task_s if self._task_s else task_s
        self._change(0)

    @property
    def _expected_s(self) -> float:
        """The expected wait of the next task, in seconds."""
        return self._task_s * max(0, self._inside - self._workers + 1) / self._workers

    def _change(self, tasks: int) -> None:
        self._inside += tasks
        self._watch(max(0, self._inside - self._workers), self._expected_s)
