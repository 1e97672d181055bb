"""Grafana's dashboards are what their sources say, and ask for nothing that is not published."""

import json
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from prometheus_client import CollectorRegistry

from deploy.monitoring.grafana.__main__ import dashboards
from deploy.monitoring.grafana.panels import SOURCE
from svgai.serve.monitoring.metrics import PrometheusMetrics
from svgai.serve.monitoring.service_metrics import PrometheusServiceMetrics
from tests.integration.servers.viewers import program

FOLDER = Path(__file__).parents[3] / "deploy/monitoring"
FILES = FOLDER / "grafana/dashboards"
SCRAPED = {"job", "instance"}
"""Labels that Prometheus adds."""

_BENTOML = {"endpoint", "http_response_code", "service_name", "service_version", "runner_name"}
OF_OTHERS = {
    "up": set[str](),
    "ALERTS": {"alertname", "alertstate", "severity"},
    "bentoml_service_request_total": _BENTOML,
    "bentoml_service_request_duration_seconds_bucket": _BENTOML | {"le"},
    "bentoml_service_request_in_progress": _BENTOML - {"http_response_code"},
    "bentoml_service_adaptive_batch_size_sum": {"method_name"},
    "bentoml_service_adaptive_batch_size_count": {"method_name"},
}
"""What Prometheus itself and BentoML publish, and with which labels."""


def published() -> dict[str, set[str]]:
    """Labels of every metric and of every recorded figure, those of Prometheus aside."""
    registry = CollectorRegistry()
    PrometheusMetrics(registry).drifted("type", 0)
    PrometheusServiceMetrics(bento="b", code="c", quality_threshold=0.85, registry=registry)
    found = {sample.name: set(sample.labels) for family in registry.collect() for sample in family.samples}
    groups = yaml.safe_load((FOLDER / "recording.rules.yml").read_text(encoding="utf-8"))["groups"]
    recorded = {rule["record"]: set[str]() for group in groups for rule in group["rules"]}
    return found | recorded | OF_OTHERS


def panels() -> Iterator[dict[str, Any]]:
    for file in sorted(FILES.glob("*.json")):
        page = json.loads(file.read_text(encoding="utf-8"))
        yield from (panel for panel in page["panels"] if panel["type"] != "row")


def queries() -> Iterator[tuple[str, str]]:
    """Every expression, and what names its series or its mark."""
    for panel in panels():
        yield from ((target["expr"], target["legendFormat"]) for target in panel["targets"])
    for file in sorted(FILES.glob("*.json")):
        listed = json.loads(file.read_text(encoding="utf-8"))["annotations"]["list"]
        yield from ((event["expr"], event["textFormat"]) for event in listed)


def test_the_files_are_what_their_sources_say() -> None:
    """Written anew, none would change; there is no other."""
    assert {file.name: file.read_text(encoding="utf-8") for file in FILES.glob("*.json")} == dashboards()


def test_every_panel_asks_for_what_is_published() -> None:
    """By name and by label: in selectors, in groups, and in what names the series."""
    known = published()
    for expression, legend in queries():
        named = [
            (name, selector or "")
            for name, selector in re.findall(
                r"\b((?:up|ALERTS|(?:ai|svgai|bentoml)_\w+|svgai:[\w:]+))(\{[^}]*\})?(?![\w(])", expression
            )
            if name in known or name.startswith(("svgai", "ai_", "bentoml"))
        ]
        assert named or expression.startswith("vector("), expression
        for name, selector in named:
            assert name in known, f"{name} in {expression}"
            selected = set(re.findall(r'(\w+)(?:=~|!~|!=|=)"', selector))
            assert selected <= known[name] | SCRAPED, f"{selected} of {name}"
        together = SCRAPED.union(*(known[name] for name, _ in named))
        grouped = re.findall(r"\bby \(([\w, ]*)\)", expression)
        labels = {label for group in grouped for label in re.split(r",\s*", group)}
        named_by = set(re.findall(r"\{\{(\w+)\}\}", legend))
        assert labels | named_by <= together, expression
        if grouped:
            assert named_by <= labels, f"{legend} is lost in {expression}"


def test_prometheus_takes_every_expression(tmp_path: Path) -> None:
    """As one of its own rules."""
    rules = [
        {"record": f"panel:{number}", "expr": expression.replace("$__rate_interval", "1m")}
        for number, (expression, _) in enumerate(queries())
    ]
    file = tmp_path / "panels.yml"
    file.write_text(yaml.safe_dump({"groups": [{"name": "panels", "rules": rules}]}))
    checked = subprocess.run([program("promtool"), "check", "rules", file], capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_panels_have_titles_and_places_of_their_own() -> None:
    """None lies on another, or beside the grid; no title is there twice on a page."""
    for file in sorted(FILES.glob("*.json")):
        page = json.loads(file.read_text(encoding="utf-8"))
        cells: set[tuple[int, int]] = set()
        for panel in page["panels"]:
            place = panel["gridPos"]
            own = {(place["x"] + x, place["y"] + y) for x in range(place["w"]) for y in range(place["h"])}
            assert not own & cells, panel["title"]
            assert max(x for x, _ in own) < 24
            cells |= own
        titles = [panel["title"] for panel in page["panels"] if panel["type"] != "row"]
        assert len(titles) == len(set(titles))
        numbers = [panel["id"] for panel in page["panels"]]
        assert len(numbers) == len(set(numbers))


@pytest.mark.parametrize("kind", ["datasources", "dashboards"])
def test_provisioning_names_what_the_panels_use(kind: str) -> None:
    """One source by the name that the panels know it by; one folder, whose place the environment tells."""
    (file,) = (FOLDER / "grafana/provisioning" / kind).glob("*.yml")
    told = yaml.safe_load(file.read_text(encoding="utf-8"))
    if kind == "datasources":
        (source,) = told["datasources"]
        assert (source["uid"], source["type"]) == (SOURCE.uid, SOURCE.type_val)
        assert {panel["datasource"]["uid"] for panel in panels()} == {source["uid"]}
        scraped = yaml.safe_load((FOLDER / "prometheus.yml").read_text(encoding="utf-8"))["global"]["scrape_interval"]
        assert source["jsonData"]["timeInterval"] == scraped
    else:
        (provider,) = told["providers"]
        assert provider["options"] == {"path": "$SVGAI_DASHBOARDS"}
