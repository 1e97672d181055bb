"""
Simulates one service as a queue: conversions wait for a process, or are rejected, by the service's own rule.

The rule is the service's own code (`WaitingLine`); time and conversions are simulated. Receiving and answering a
request takes a fixed additional time.
"""

from collections.abc import Generator, Sequence
from dataclasses import dataclass

import simpy

from svgai.errors import Overloaded
from svgai.serve.processes.waiting_line import WaitingLine
from svgai.serve.workers.conversion_pool import LONGEST_WAIT_S, QUEUE_PER_WORKER

Steps = Generator[simpy.Event, None, None]


@dataclass(frozen=True)
class Answer:
    """
    The outcome of a request.

    Attributes:
        due: Arrival time, in seconds.
        seconds: From then to its answer.
        refused: Whether that was 429.
    """

    due: float
    seconds: float
    refused: bool


class SimulatedService:
    """
    One service in a simulation.

    Args:
        workers: Concurrent conversions.
        longest_wait_s: A conversion with a longer expected wait is rejected.
        beside_s: Time of a request outside its conversion.
    """

    def __init__(
        self, env: simpy.Environment, workers: int, longest_wait_s: float = LONGEST_WAIT_S, beside_s: float = 0.0
    ) -> None:
        self.workers = workers
        self.inside = 0
        self.waiting = 0
        self._env = env
        self._beside_s = beside_s
        self._line = WaitingLine(workers, workers * QUEUE_PER_WORKER, longest_wait_s, self._line_changed)
        self._processes = simpy.Resource(env, workers)
        self._worked_s = 0.0
        self._since = 0.0

    def answer(self, convert_s: float, answers: list[Answer]) -> Steps:
        """The steps of one request, at whose end its answer is added."""
        due, refused = self._env.now, False
        self.inside += 1
        yield self._env.timeout(self._beside_s)
        try:
            with self._line.place():
                yield from self._convert(convert_s)
                self._line.learn(convert_s)
        except Overloaded:
            refused = True
        self.inside -= 1
        answers.append(Answer(due, self._env.now - due, refused))

    def worked_s(self) -> float:
        """Total seconds of conversion by its processes so far."""
        self._account()
        return self._worked_s

    def _convert(self, convert_s: float) -> Steps:
        with self._processes.request() as turn:
            yield turn
            self._account(starts=1)
            yield self._env.timeout(convert_s)
            self._account()

    def _account(self, starts: int = 0) -> None:
        # A process that has just been assigned counts as busy.
        self._worked_s += (self._processes.count - starts) * (self._env.now - self._since)
        self._since = self._env.now

    def _line_changed(self, waiting: int, _expected_s: float) -> None:
        self.waiting = waiting


def simulate_service(
    arrivals: Sequence[float],
    conversions: Sequence[float],
    workers: int,
    longest_wait_s: float = LONGEST_WAIT_S,
    beside_s: float = 0.0,
) -> list[Answer]:
    """
    Answer requests with given arrival times and a repeating list of conversion times.

    Returns:
        The answers, in the order of their requests.
    """
    env = simpy.Environment()
    service = SimulatedService(env, workers, longest_wait_s, beside_s)
    answers: list[Answer] = []

    def clients() -> Steps:
        for number, due in enumerate(arrivals):
            yield env.timeout(due - env.now)
            env.process(service.answer(conversions[number % len(conversions)], answers))

    env.process(clients())
    env.run()
    return sorted(answers, key=lambda answer: answer.due)
