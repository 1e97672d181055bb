"""How a Prometheus is asked, and what becomes of its answers."""

from collections.abc import Callable
from typing import Any

import httpx
import numpy as np
import pytest

from commands.dashboards.prometheus_api import PrometheusApi, Span, span_until
from svgai.errors import PrometheusFault

SPAN = Span(1_000.0, 1_040.0, 10.0)


def api(answer: Callable[[httpx.Request], httpx.Response]) -> PrometheusApi:
    return PrometheusApi(httpx.Client(base_url="http://prometheus", transport=httpx.MockTransport(answer)))


def answering(*result: dict[str, Any], asked: list[str] | None = None, scraped: str = "15s") -> PrometheusApi:
    """One that gives this result for every range, and notes what it was asked."""

    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.path == "/api/v1/targets":
            return httpx.Response(
                200, json={"status": "success", "data": {"activeTargets": [{"scrapeInterval": scraped}]}}
            )
        if asked is not None:
            asked.append(request.url.params["query"])
        return httpx.Response(200, json={"status": "success", "data": {"result": list(result)}})

    return api(answer)


def test_a_series_is_named_by_its_labels_and_has_gaps_where_nothing_is() -> None:
    """Also where a value is NaN or infinite, as of 0 / 0 and 1 / 0."""
    values = [[1_000, "1"], [1_010, "NaN"], [1_020, "+Inf"], [1_040, "3"]]
    (series,) = answering({"metric": {"api": "classify"}, "values": values}).series("x", SPAN, "{{api}} p50, {{none}}")
    assert series.name == "classify p50, "
    assert series.times.tolist() == [1_000, 1_010, 1_020, 1_030, 1_040]
    np.testing.assert_array_equal(series.values, [1, np.nan, np.nan, np.nan, 3])
    assert not series.empty


def test_what_never_has_a_value_is_empty() -> None:
    """Though there is a series."""
    (series,) = answering({"metric": {}, "values": [[1_000, "NaN"]]}).series("x", SPAN)
    assert series.empty


@pytest.mark.parametrize(
    "scraped,step,interval", [("15s", 10, 60), ("1s", 10, 11), ("1m30s", 10, 360), ("500ms", 1, 2)]
)
def test_rates_are_taken_over_four_scrapes_or_one_more_than_a_step(scraped: str, step: float, interval: int) -> None:
    """As Grafana does."""
    asked: list[str] = []
    answering(asked=asked, scraped=scraped).series("rate(x[$__rate_interval])", Span(0.0, 100.0, step))
    assert asked == [f"rate(x[{interval}s])"]


def test_a_picture_has_a_few_hundred_points() -> None:
    """And never more than one a second."""
    assert span_until(100_000.0, 60.0) == Span(99_940.0, 100_000.0, 1.0)
    assert span_until(100_000.0, 21_600.0).step == 90.0


def test_a_refusal_says_why() -> None:
    """With the expression."""
    refusing = api(lambda _: httpx.Response(400, json={"status": "error", "error": "parse error"}))
    with pytest.raises(PrometheusFault, match=r"refuses rate\(: parse error"):
        refusing.series("rate(", SPAN)


@pytest.mark.parametrize("answer", [httpx.Response(502, text="Bad Gateway"), httpx.ConnectError("refused")])
def test_what_is_no_prometheus_is_named(answer: httpx.Response | httpx.ConnectError) -> None:
    """Where nothing listens, too."""

    def give(_: httpx.Request) -> httpx.Response:
        if isinstance(answer, httpx.ConnectError):
            raise answer
        return answer

    with pytest.raises(PrometheusFault, match="http://prometheus does not answer"):
        api(give).series("x", SPAN)
