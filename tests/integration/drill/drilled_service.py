"""A live service, a real Prometheus that judges it by our rules with shorter times, and traffic."""

import re
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any

import httpx

from tests.integration.servers.prometheus_server import Prometheus, prometheus
from tests.integration.servers.served import Served, serving

WINDOWS = {
    "5m": "10s",
    "10m": "15s",
    "15m": "20s",
    "30m": "25s",
    "1h": "30s",
    "2h": "35s",
    "6h": "40s",
    "1d": "90s",
    "3d": "2m",
}
"""What takes the place of each time that rules look back."""

LASTING = "4s"
"""For so long an alert is pending, in place of minutes."""

WITHIN_S = 300
QUIET_S = 6
PATIENCE_S = 180
OFFLINE: dict[str, Any] = {"QUALITY_TRACKING_ENABLED": "false", "AI_MAX_WORKERS": "1"}


def shortened(rules: str) -> str:
    """Our rules, with shorter times and nothing else changed."""
    rules = re.sub(r"\[(\w+)\]", lambda found: f"[{WINDOWS[found[1]]}]", rules)
    return re.sub(r"\bfor: \w+", f"for: {LASTING}", rules)


class Drill:
    """Looks at which alerts fire."""

    def __init__(self, watching: Prometheus) -> None:
        self.watching = watching
        self._fired: set[str] = set()

    def quiet(self) -> None:
        """Nothing fires for a while."""
        until = time.monotonic() + QUIET_S
        while time.monotonic() < until:
            self._look()
            assert not self._fired
            time.sleep(0.5)

    def expect(self, alert: str, *follows: str) -> None:
        """Wait until it fires; meanwhile nothing else does but what has to follow from it."""
        self.wait_for(lambda: alert in self._fired)
        assert self._fired - {alert, *follows} == set()

    def wait_for(self, holds: Callable[[], bool]) -> None:
        """Until something holds; what fires meanwhile is noted."""

        def looked() -> bool:
            self._look()
            return holds()

        self.watching.wait_for(looked, WITHIN_S)

    def requests_seen(self, number: int) -> Callable[[], bool]:
        """Whether so many requests were counted in what is an hour here: alerts on shares want a hundred."""
        return lambda: bool(self.watching.ask(f"svgai:requests:increase1h > {number}"))

    def _look(self) -> None:
        self._fired |= {name for name, state in self.watching.alerts().items() if state == "firing"}


@contextmanager
def drilled(folder: Path, *others: str, **settings: str) -> Iterator[tuple[Served, Drill]]:
    """A service, which Prometheus looks at beside others, and nothing is wrong with it."""
    with (
        serving(folder / "service", **(OFFLINE | settings)) as served,
        prometheus(folder / "prometheus", served.address, *others, rules=shortened, interval="2s") as watching,
    ):
        drill = Drill(watching)
        drill.wait_for(lambda: len(watching.ask('up{job="svgai"} == 1')) == 1 + len(others))
        drill.wait_for(lambda: bool(watching.ask('min(svgai_ready{job="svgai"}) == 1')))
        yield served, drill


@contextmanager
def traffic(
    client: httpx.Client,
    path: str,
    body: Callable[[int], dict[str, object]],
    *,
    clients: int = 4,
    pause_s: float = 0.02,
) -> Iterator[None]:
    """Requests one after the other from each of some clients, each with another body."""
    over, numbers = threading.Event(), count()

    def ask() -> None:
        while not over.wait(pause_s):
            client.post(path, json=body(next(numbers)), timeout=PATIENCE_S)

    with ThreadPoolExecutor(clients) as threads:
        begun = [threads.submit(ask) for _ in range(clients)]
        try:
            yield
        finally:
            over.set()
        for one in begun:
            one.result()
