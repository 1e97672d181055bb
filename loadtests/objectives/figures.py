"""Measurements of a load test: from Locust's statistics to a file and back."""

from collections.abc import Mapping
from pathlib import Path
from typing import Protocol, Self

from pydantic import BaseModel, ConfigDict, ValidationError, computed_field

from svgai.whole_files import write_whole

REFUSED = " refused"
"""
Suffix of the names under which requests rejected with 429 are counted.

They have separate rows in Locust's report, because their fast answers would distort the others' times.
"""


class LocustEntry(Protocol):
    """The part of Locust's StatsEntry that is read here."""

    num_requests: int
    num_failures: int

    def get_response_time_percentile(self, percent: float) -> float: ...


class LocustError(Protocol):
    """The part of Locust's StatsError that is read here."""

    name: str
    occurrences: int

    def to_dict(self) -> Mapping[str, object]: ...


class _Value(BaseModel):
    model_config = ConfigDict(frozen=True)


class EndpointFigures(_Value):
    """
    One endpoint.

    Attributes:
        name: The name its requests are counted under.
        answered: Requests that were not rejected, including failed ones.
        failed: Those without a good answer.
        refused: Requests rejected with 429, counted separately.
        throughput: Good answers a second.
        p50_ms: Median latency of answered requests in milliseconds.
        p95_ms: 95th percentile.
        p99_ms: 99th percentile.
    """

    name: str
    answered: int
    failed: int
    refused: int
    throughput: float
    p50_ms: float
    p95_ms: float
    p99_ms: float

    @computed_field  # type: ignore[prop-decorator]
    @property
    def error_rate(self) -> float:
        """Share of the answered requests that failed."""
        return self.failed / self.answered if self.answered else 0.0

    @computed_field  # type: ignore[prop-decorator]
    @property
    def refused_rate(self) -> float:
        """Share of all requests that were rejected."""
        sent = self.answered + self.refused
        return self.refused / sent if sent else 0.0


class Fault(_Value):
    """One kind of failure and how often it was seen."""

    name: str
    message: str
    count: int


class Figures(_Value):
    """
    A load test so far.

    Attributes:
        seconds: Since the load began.
        users: Present number of users.
        endpoints: In the order of their names.
        faults: All kinds of failures, the most frequent first.
        generator_busy: Whether Locust itself used up a core, so that all times are too long.
    """

    seconds: float
    users: int
    endpoints: tuple[EndpointFigures, ...]
    faults: tuple[Fault, ...] = ()
    generator_busy: bool = False

    @classmethod
    def of_locust(
        cls,
        entries: Mapping[str, LocustEntry],
        errors: Mapping[str, LocustError],
        *,
        seconds: float,
        users: int,
        generator_busy: bool,
    ) -> Self:
        """The figures from Locust's entries by name and its errors, at a time in seconds after the start."""
        names = sorted({name.removesuffix(REFUSED) for name in entries})
        faults = [Fault(name=e.name, message=str(e.to_dict()["error"]), count=e.occurrences) for e in errors.values()]
        return cls(
            seconds=seconds,
            users=users,
            endpoints=tuple(_endpoint(name, entries.get(name), entries.get(name + REFUSED), seconds) for name in names),
            faults=tuple(sorted(faults, key=lambda fault: -fault.count)),
            generator_busy=generator_busy,
        )

    def write(self, path: Path) -> None:
        """Replace the file atomically."""
        write_whole(path, self.model_dump_json())

    @classmethod
    def read(cls, path: Path) -> Self | None:
        """The latest figures; None if there are none yet."""
        try:
            return cls.model_validate_json(path.read_bytes())
        except (FileNotFoundError, ValidationError):
            return None


def _endpoint(name: str, entry: LocustEntry | None, refused: LocustEntry | None, seconds: float) -> EndpointFigures:
    answered, failed = (entry.num_requests, entry.num_failures) if entry else (0, 0)
    p50, p95, p99 = (entry.get_response_time_percentile(share) if entry else 0.0 for share in (0.5, 0.95, 0.99))
    return EndpointFigures(
        name=name,
        answered=answered,
        failed=failed,
        refused=refused.num_requests if refused else 0,
        throughput=(answered - failed) / seconds if seconds > 0 else 0.0,
        p50_ms=p50,
        p95_ms=p95,
        p99_ms=p99,
    )
