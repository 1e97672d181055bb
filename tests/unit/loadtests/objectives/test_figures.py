"""Figures taken from Locust's statistics, and the file in which they travel."""

from dataclasses import dataclass
from pathlib import Path

from loadtests.objectives.figures import EndpointFigures, Fault, Figures


@dataclass
class Entry:
    """What Locust keeps of one name: so many requests, of 1, 2, 3, ... ms."""

    num_requests: int
    num_failures: int = 0

    def get_response_time_percentile(self, percent: float) -> float:
        return self.num_requests * percent


@dataclass
class Error:
    """What Locust keeps of one kind of failure."""

    name: str
    error: str
    occurrences: int

    def to_dict(self) -> dict[str, object]:
        return {"error": self.error}


def of(entries: dict[str, Entry], *errors: Error, seconds: float = 10) -> Figures:
    kinds = {str(number): error for number, error in enumerate(errors)}
    return Figures.of_locust(entries, kinds, seconds=seconds, users=3, generator_busy=False)


def test_an_endpoint_has_its_counts_and_times() -> None:
    """Good answers a second are those that did not fail."""
    (endpoint,) = of({"/api/convert": Entry(100, 20)}).endpoints
    assert endpoint == EndpointFigures(
        name="/api/convert", answered=100, failed=20, refused=0, throughput=8, p50_ms=50, p95_ms=95, p99_ms=99
    )
    assert endpoint.error_rate == 0.2


def test_refused_requests_join_their_endpoint() -> None:
    """They are counted, and their times are not."""
    (endpoint,) = of({"a refused": Entry(25), "a": Entry(75)}).endpoints
    assert (endpoint.answered, endpoint.refused, endpoint.refused_rate, endpoint.p50_ms) == (75, 25, 0.25, 37.5)


def test_an_endpoint_may_have_refused_everything() -> None:
    """It has no answers then, and no errors."""
    (endpoint,) = of({"a refused": Entry(25)}).endpoints
    assert (endpoint.name, endpoint.answered, endpoint.error_rate, endpoint.refused_rate) == ("a", 0, 0, 1)


def test_before_any_time_has_passed_there_is_no_rate() -> None:
    """Nothing is divided by nothing."""
    assert of({"a": Entry(1)}, seconds=0).endpoints[0].throughput == 0


def test_the_most_frequent_faults_come_first() -> None:
    """With where they happened."""
    found = of({"a": Entry(9, 8)}, Error("a", "rare", 1), Error("a", "frequent", 7)).faults
    assert found == (Fault(name="a", message="frequent", count=7), Fault(name="a", message="rare", count=1))


def test_figures_travel_in_a_file(tmp_path: Path) -> None:
    """The newest ones; before any are written there are none."""
    path = tmp_path / "figures.json"
    assert Figures.read(path) is None
    of({}).write(path)
    newest = of({"a": Entry(5, 1)}, Error("a", "b", 1))
    newest.write(path)
    assert Figures.read(path) == newest
    assert [file.name for file in tmp_path.iterdir()] == ["figures.json"]
