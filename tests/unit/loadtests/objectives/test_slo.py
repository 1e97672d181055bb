"""Objectives: how they are read, and which of them figures miss."""

from pathlib import Path

import pytest

from loadtests.objectives.figures import EndpointFigures, Figures
from loadtests.objectives.request_mix import CLASSIFY, CONVERT, INVALID, OPTIMIZE
from loadtests.objectives.slo import Breach, Slo, for_rate, load_slo, missed
from loadtests.objectives.stages import mean_rate, steady
from svgai.errors import SvgAiError

GOOD = EndpointFigures(
    name="/api/convert", answered=99, failed=0, refused=1, throughput=10, p50_ms=100, p95_ms=200, p99_ms=300
)


def slo(**objectives: float) -> Slo:
    return Slo.model_validate({"load": {"rate": 1, "seconds": 1}, "endpoints": {"/api/convert": objectives}})


def figures(*endpoints: EndpointFigures) -> Figures:
    return Figures(seconds=10, users=1, endpoints=endpoints)


def breach(objective: str, measured: float, allowed: float) -> Breach:
    return Breach(endpoint="/api/convert", objective=objective, measured=measured, allowed=allowed)


def test_the_projects_objectives_are_valid() -> None:
    """They cover every call, lists and wrong requests."""
    assert set(load_slo().endpoints) == {
        CLASSIFY,
        f"{CLASSIFY} list",
        OPTIMIZE,
        f"{OPTIMIZE} list",
        CONVERT,
        INVALID,
    }


def test_figures_on_the_limit_are_good() -> None:
    """What is allowed is allowed to the last millisecond."""
    exact = slo(p50_ms=100, p95_ms=200, p99_ms=300, error_rate=0, refused_rate=0.01, throughput=10)
    assert missed(exact, figures(GOOD)) == []


@pytest.mark.parametrize(
    "objective,measured,allowed",
    [
        ("p50_ms", 100, 99),
        ("p95_ms", 200, 199),
        ("p99_ms", 300, 299),
        ("refused_rate", 0.01, 0),
        ("throughput", 10, 11),
    ],
)
def test_each_objective_can_be_missed(objective: str, measured: float, allowed: float) -> None:
    """With what was measured and what was allowed."""
    assert missed(slo(**{objective: allowed}), figures(GOOD)) == [breach(objective, measured, allowed)]


def test_errors_are_a_share_of_the_answered_requests() -> None:
    """Refused ones are counted apart."""
    failing = GOOD.model_copy(update={"answered": 50, "failed": 1, "refused": 50})
    found = missed(slo(error_rate=0.01, refused_rate=0.4), figures(failing))
    assert found == [breach("error_rate", 0.02, 0.01), breach("refused_rate", 0.5, 0.4)]


def test_every_missed_objective_is_listed() -> None:
    """Not only the first."""
    found = missed(slo(p50_ms=1, p99_ms=2, throughput=100), figures(GOOD))
    assert [one.objective for one in found] == ["p50_ms", "p99_ms", "throughput"]


def test_an_endpoint_without_requests_is_a_miss() -> None:
    """Nothing measured is nothing promised kept."""
    other = GOOD.model_copy(update={"name": "/api/classify"})
    assert missed(slo(p50_ms=1000), figures(other)) == [breach("answered", 0, 1)]


def test_an_endpoint_that_refused_everything_is_a_miss() -> None:
    """Its refusals are told, too."""
    full = EndpointFigures(
        name="/api/convert", answered=0, failed=0, refused=7, throughput=0, p50_ms=0, p95_ms=0, p99_ms=0
    )
    found = missed(slo(p50_ms=1000, refused_rate=0.5), figures(full))
    assert found == [breach("answered", 0, 1), breach("refused_rate", 1, 0.5)]


def test_what_is_not_promised_is_not_judged() -> None:
    """Neither an objective that is left out, nor an endpoint."""
    bad = GOOD.model_copy(update={"name": "/api/optimize", "failed": 99})
    assert missed(slo(p50_ms=100), figures(GOOD, bad)) == []


@pytest.mark.parametrize(
    "text,told",
    [
        ("load: {rate: 1, seconds: 1}", ["endpoints: Field required"]),
        ("load: {rate: 1, seconds: 1}\nendpoints: {}", ["endpoints: Dictionary should have at least 1 item"]),
        ("load: {rate: 1, seconds: 1}\nendpoints: {a: {}}", ["endpoints > a: promises nothing"]),
        (
            "load: {rate: 0, seconds: 1}\nendpoints: {a: {p50: 3}, b: {error_rate: 2}}",
            ["load > rate: Input", "endpoints > a > p50: Extra", "endpoints > b > error_rate: Input"],
        ),
        (
            "load: {rate: 1, seconds: 1}\nendpoints: {a: {p50_ms: 3, p95_ms: 2}}",
            ["endpoints > a: p50_ms, p95_ms and p99_ms must not fall"],
        ),
        ("load: {rate: 1, seconds: 1}\nendpoints: {a: {p50_ms: .nan}}", ["endpoints > a > p50_ms: Input"]),
        ("[1", ["is not YAML"]),
        ("", ["Input should be a valid dictionary"]),
    ],
)
def test_faults_of_the_file_are_told_line_by_line(tmp_path: Path, text: str, told: list[str]) -> None:
    """One line for each, with the file and the place."""
    path = tmp_path / "slo.yaml"
    path.write_text(text)
    with pytest.raises(SvgAiError) as fault:
        load_slo(path)
    lines = str(fault.value).splitlines()
    assert len(lines) == len(told)
    assert all(str(path) in line and words in line for line, words in zip(lines, told, strict=True))


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    """The fault says which file could not be read."""
    with pytest.raises(SvgAiError, match=r"nowhere\.yaml"):
        load_slo(tmp_path / "nowhere.yaml")


def test_throughput_is_judged_by_the_rate_that_was_asked_for() -> None:
    """As much of it as of the rate that the objectives hold at; for more nothing is promised."""
    given = Slo.model_validate(
        {"load": {"rate": 10, "seconds": 55}, "endpoints": {"/api/convert": {"throughput": 4, "p50_ms": 9}}}
    )
    usual = mean_rate(steady(10, 55))
    promised = {rate: for_rate(given, rate * usual).endpoints["/api/convert"] for rate in (0.25, 1, 3)}
    assert promised[0.25].throughput == pytest.approx(1)
    assert promised[1].throughput == promised[3].throughput == 4
    assert {one.p50_ms for one in promised.values()} == {9}
