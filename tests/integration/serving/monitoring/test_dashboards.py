"""What the dashboards show of a live service, as `svgai dashboard` draws them from a real Prometheus."""

import json
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

import cv2
import httpx
import numpy as np
import pytest
from typer.testing import CliRunner

from cli import app
from commands.dashboards.dashboard_files import Dashboard, Panel, read_dashboards
from commands.dashboards.prometheus_api import PrometheusApi, Span, prometheus_api, span_until
from svgai.decode.pixels import encode_png
from tests.fakes.tiny_models import drawn_logo
from tests.integration.servers.prometheus_server import FOLDER, Prometheus, prometheus
from tests.integration.servers.served import encoded, serving
from tests.integration.servers.slow_conversions import slow_request
from tests.integration.servers.viewers import program

pytestmark = [pytest.mark.integration, pytest.mark.alone]

LOAD_S = 25
IMPROVED = 'sum(ai_quality_improvement_percent_sum{job="svgai"})'
FOREVER_NOUGHT = {
    *("Rows that are lost", "The quality database takes nothing", "Share refused with 429", "Alerts"),
    *("Conversions by arm", "Challenger switched off", "Drift of the images"),
}
"""What shows 0 while nothing is lost, refused, wrong for long, compared in an experiment, or changed for certain."""


@dataclass(frozen=True)
class Watched:
    """A Prometheus, and since when it looked at a service under load."""

    prometheus: Prometheus
    began: float

    @property
    def span(self) -> Span:
        """From then till now."""
        return span_until(time.time(), time.time() - self.began)


@pytest.fixture(scope="module")
def watched(tmp_path_factory: pytest.TempPathFactory, models_folder: Path) -> Iterator[Watched]:
    """A service after half a minute of load, and the Prometheus that looked at it."""
    program("prometheus")
    folder = tmp_path_factory.mktemp("dashboards")
    settings: dict[str, Any] = {"MODEL_DIR": str(models_folder), "AI_MAX_WORKERS": "1", "AI_INFERENCE_TIMEOUT": "2"}
    with serving(folder / "service", **settings) as served, prometheus(folder / "prometheus", served.address) as seen:
        seen.wait_for(lambda: bool(seen.ask('up{job="svgai"} == 1')))
        began = time.time()
        load(served.client, seen)
        yield Watched(seen, began)


def load(client: httpx.Client, seen: Prometheus) -> None:
    """All APIs, with one conversion that takes too long, and more than there is time for."""
    deadline, seeds = time.monotonic() + LOAD_S, count()

    def convert() -> None:
        while time.monotonic() < deadline or not float(seen.ask(IMPROVED)[0]["value"][1]):
            client.post("/api/convert", json={"image": encoded(encode_png(drawn_logo(next(seeds), 48)))})
            assert time.monotonic() < deadline + 120

    def ask(path: str) -> None:
        while time.monotonic() < deadline:
            images = [encoded(encode_png(drawn_logo(next(seeds), 48))) for _ in range(3)]
            client.post(path, json={"images": images}).raise_for_status()
            time.sleep(0.1)

    with ThreadPoolExecutor(6) as clients:
        begun = [clients.submit(ask, "/api/classify"), clients.submit(ask, "/api/optimize"), clients.submit(convert)]
        time.sleep(LOAD_S / 2)
        slow = [clients.submit(client.post, "/api/convert", json=slow_request(512)) for _ in range(3)]
        assert 504 in {one.result().status_code for one in slow}
        for one in begun:
            one.result()


def panels(pages: dict[str, Dashboard]) -> Iterator[Panel]:
    for page in pages.values():
        yield from (panel for panel in page.panels if panel.type != "row")


def highest(panel: Panel, asked: PrometheusApi, span: Span) -> float | None:
    """Of what a panel shows of the service; None where that is nothing."""
    own = [query for query in panel.queries if not query.expr.startswith("vector(")]
    series = [one for query in own for one in asked.series(query.expr, span) if not one.empty]
    return max((float(np.nanmax(one.values)) for one in series), default=None)


def test_no_panel_is_empty(watched: Watched) -> None:
    """Each shows values of the service, and but for those named above one that is not 0."""
    with prometheus_api(watched.prometheus.url) as asked:
        shown = {
            panel.title: highest(panel, asked, watched.span)
            for panel in panels(read_dashboards(FOLDER / "grafana/dashboards"))
        }
    assert [title for title, value in shown.items() if value is None] == []
    assert {title for title, value in shown.items() if value == 0} <= FOREVER_NOUGHT


def test_the_pictures_show_every_panel(watched: Watched, tmp_path: Path) -> None:
    """One of each dashboard, and the command says of none that it is empty."""
    arguments = [
        "dashboard",
        "--png",
        str(tmp_path),
        "--prometheus",
        watched.prometheus.url,
        "--minutes",
        "5",
        "--json",
    ]
    done = CliRunner().invoke(app, arguments, catch_exceptions=False)
    told = json.loads(done.stdout)
    assert [one["empty"] for one in told] == [[], [], []]
    for one in told:
        picture = np.asarray(cv2.imread(one["file"]))
        assert picture.shape[1] > 1_200
        assert picture.std() > 20


def test_models_and_code_that_come_into_service_are_marked(watched: Watched) -> None:
    """On the time axis, from when the service was first seen."""
    span = span_until(time.time(), 600)
    with prometheus_api(watched.prometheus.url) as asked:
        for event in read_dashboards(FOLDER / "grafana/dashboards")["models"].annotations.events:
            assert len(asked.series(event.expr, span)) == 1, event.name
