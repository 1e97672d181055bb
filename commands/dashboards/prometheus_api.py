"""Prometheus as a panel of Grafana asks it."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import httpx
import numpy as np

from svgai.array_types import Doubles
from svgai.errors import PrometheusFault

_POINTS = 240
"""Of a picture's series, about: more than one a second is never asked for."""

_RATE_INTERVAL = "$__rate_interval"
_LABEL = re.compile(r"\{\{\s*(\w+)\s*\}\}")


@dataclass(frozen=True)
class Span:
    """From when till when, in seconds since 1970, and so many seconds from one point to the next."""

    start: float
    end: float
    step: float


@dataclass(frozen=True, eq=False)
class Series:
    """A name, and values (n,) at times (n,) in seconds since 1970; NaN where there is none, as of 0 / 0."""

    name: str
    times: Doubles
    values: Doubles

    @property
    def empty(self) -> bool:
        """Whether there is no value at all."""
        return not np.isfinite(self.values).any()


def span_until(end: float, seconds: float) -> Span:
    """The last seconds until then."""
    return Span(end - seconds, end, max(1.0, float(round(seconds / _POINTS))))


class PrometheusApi:
    """Answers a dashboard's queries."""

    def __init__(self, client: httpx.Client) -> None:
        self._client = client
        self._scraped_every_s: float | None = None

    def series(self, expression: str, span: Span, legend: str = "") -> list[Series]:
        """
        The series of an expression over time, named as the legend says.

        Raises:
            PrometheusFault: Prometheus does not answer, or does not take the expression.
        """
        if _RATE_INTERVAL in expression:
            expression = expression.replace(_RATE_INTERVAL, f"{self._rate_interval(span.step):.0f}s")
        found = self._data(
            "query_range", query=expression, start=str(span.start), end=str(span.end), step=str(span.step)
        )
        return [_series(one, span, legend) for one in found["result"]]

    def _rate_interval(self, step: float) -> float:
        """Grafana's rule: four scrapes at least, and one more than from point to point, so that none is left out."""
        if self._scraped_every_s is None:
            active = self._data("targets", state="active")["activeTargets"]
            self._scraped_every_s = max((_seconds(one["scrapeInterval"]) for one in active), default=15.0)
        return max(4 * self._scraped_every_s, step + self._scraped_every_s)

    def _data(self, path: str, **parameters: str) -> Any:
        try:
            answer = self._client.get(f"/api/v1/{path}", params=parameters)
            told = answer.json()
        except (httpx.HTTPError, ValueError) as fault:
            raise PrometheusFault(f"{self._client.base_url} does not answer as Prometheus does") from fault
        if told.get("status") != "success":
            raise PrometheusFault(f"Prometheus refuses {parameters.get('query', path)}: {told.get('error')}")
        return told["data"]


@contextmanager
def prometheus_api(url: str) -> Iterator[PrometheusApi]:
    """The Prometheus of an address."""
    with httpx.Client(base_url=url, timeout=30) as client:
        yield PrometheusApi(client)


def _series(found: Mapping[str, Any], span: Span, legend: str) -> Series:
    """Onto the span's points: where Prometheus has left one out, a line has a gap."""
    times = np.arange(span.start, span.end + span.step / 2, span.step)
    values = np.full(len(times), np.nan)
    for time, value in found["values"]:
        place = round((float(time) - span.start) / span.step)
        if 0 <= place < len(values):
            values[place] = float(value)
    values[~np.isfinite(values)] = np.nan
    name = _LABEL.sub(lambda label: str(found["metric"].get(label[1], "")), legend)
    return Series(name, times, values)


def _seconds(duration: str) -> float:
    """Of a duration as Prometheus writes it: 1m30s, 500ms."""
    units = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0}
    return sum(float(number) * units[unit] for number, unit in re.findall(r"(\d+)(ms|s|m|h)", duration))
