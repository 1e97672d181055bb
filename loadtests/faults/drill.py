"""Injects one fault after the other into a service under load, and records its effect on clients and metrics."""

import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import httpx
from prometheus_client.parser import text_string_to_metric_families

from loadtests.faults.catalogue import Fault, Place
from loadtests.faults.places import missing, place_for
from loadtests.servers import direct
from loadtests.servers.traffic import Call, Outcome, under_load
from svgai.errors import SvgAiError
from svgai.model_files.model_pair import ModelSource

RATE = 10.0
"""Requests a second."""

BEFORE_S = 4.0
"""Seconds under load before the fault."""

HEALED_AFTER_S = 8.0
"""Duration of a fault that is ended from outside, in seconds."""

BACK_WITHIN_S = 10.0
"""Seconds within which a service has to recover by itself."""

RETRYABLE = frozenset({0, 429, 502, 503, 504})
"""Statuses of a request lost to a fault that allow a retry. 0: the connection broke."""

_QUIET_S = 3.0
_IN_PROGRESS = "in_progress"


@dataclass(frozen=True)
class Drill:
    """
    The effect of one fault.

    Attributes:
        fault: Its name.
        sent: Requests that were due after the fault.
        refused: Requests rejected with 429, as under any overload.
        failed: Other requests without a good answer, by status; 0: no answer.
        lasted_s: Seconds from the fault, or from its end if it is healed, to the last failed request. 0: none failed.
        ready: Whether /readyz answers well at the end.
        busy: Work in progress according to the metrics at the end, when there is none; NaN: they cannot be read.
        skipped: Why it was not run: this machine cannot, or the service did not start.
    """

    fault: str
    sent: int = 0
    refused: int = 0
    failed: tuple[tuple[int, int], ...] = ()
    lasted_s: float = 0.0
    ready: bool = False
    busy: float = 0.0
    skipped: str | None = None

    @property
    def recovered(self) -> bool:
        """Whether all failed requests are retryable, and the service has recovered, after any time."""
        told = all(status in RETRYABLE for status, _ in self.failed)
        return self.skipped is None and told and self.ready and self.busy == 0

    @property
    def whole(self) -> bool:
        """Whether all guarantees held."""
        return self.recovered and self.lasted_s <= BACK_WITHIN_S


def run_drills(
    faults: Sequence[Fault],
    models: ModelSource,
    calls: Callable[[str], Sequence[Call]],
    watched_s: float,
    log: Path,
    progress: Callable[[int, int], None],
) -> Iterator[Drill]:
    """
    Inject each fault into a separate service.

    Args:
        faults: The faults.
        models: The models to serve, of which a copy is used.
        calls: Returns the requests for a service's URL.
        watched_s: Seconds under load after the fault.
        log: File for the services' output.
        progress: Called after each with the number done and the total.
    """
    for done, fault in enumerate(faults, start=1):
        reason = missing(fault)
        try:
            yield Drill(fault.name, skipped=reason) if reason else _drill(fault, models, calls, watched_s, log)
        except SvgAiError as failed:  # the others still run
            yield Drill(fault.name, skipped=failed.message)
        progress(done, len(faults))


def _drill(
    fault: Fault, models: ModelSource, calls: Callable[[str], Sequence[Call]], watched_s: float, log: Path
) -> Drill:
    with place_for(fault, models, log) as place:
        began = time.perf_counter()
        with under_load(calls(place.server.url), RATE) as load:
            time.sleep(BEFORE_S)
            fault.strike(place)
            ended = struck = time.perf_counter() - began
            if fault.heal:
                time.sleep(HEALED_AFTER_S)
                fault.heal(place)
                ended = time.perf_counter() - began
            time.sleep(max(0.0, struck + watched_s - (time.perf_counter() - began)))
        outcomes = load.result()
        time.sleep(_QUIET_S)
        return _seen(fault, place, outcomes, ended)


def _seen(fault: Fault, place: Place, outcomes: Sequence[Outcome], ended: float) -> Drill:
    failed = [outcome for outcome in outcomes if not outcome.ok and not outcome.refused]
    return Drill(
        fault.name,
        sent=len(outcomes),
        refused=sum(outcome.refused for outcome in outcomes),
        failed=tuple(sorted(Counter(outcome.status for outcome in failed).items())),
        lasted_s=max((outcome.due - ended for outcome in failed), default=0.0),
        ready=_answers(place.server.url, "/readyz"),
        busy=_busy(place.server.url),
    )


def _answers(url: str, path: str) -> bool:
    try:
        with direct.client(5) as client:
            return client.get(url + path).is_success
    except httpx.HTTPError:
        return False


def _busy(url: str) -> float:
    """The sum of the gauges of work in progress, minus this request itself."""
    try:
        with direct.client(5) as client:
            text = client.get(f"{url}/metrics").raise_for_status().text
    except httpx.HTTPError:
        return float("nan")
    samples = [
        sample
        for family in text_string_to_metric_families(text)
        if family.type == "gauge" and _IN_PROGRESS in family.name
        for sample in family.samples
    ]
    return sum(sample.value for sample in samples)
