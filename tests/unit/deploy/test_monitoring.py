"""Prometheus takes the configuration, the rules do what they are for, and every alert leads to a section."""

import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from prometheus_client import CollectorRegistry

from svgai.serve.monitoring.metrics import PrometheusMetrics
from svgai.serve.monitoring.service_metrics import PrometheusServiceMetrics
from tests.integration.servers.viewers import program

ROOT = Path(__file__).parents[3]
FOLDER = ROOT / "deploy/monitoring"
TESTS = ("rules.test.yml", "slow_rules.test.yml")
OF_OTHERS = {
    *("up", "bentoml_service_request_total", "bentoml_service_request_duration_seconds_bucket"),
    *("bentoml_service_request_duration_seconds_count", "node_filesystem_avail_bytes", "node_filesystem_size_bytes"),
    *("node_memory_MemAvailable_bytes", "node_memory_MemTotal_bytes"),
}
"""What Prometheus itself, BentoML and the node exporter publish."""


def promtool(*words: str) -> subprocess.CompletedProcess[str]:
    command = [program("promtool"), *words]
    return subprocess.run(command, cwd=FOLDER, capture_output=True, text=True, check=False)


def rules(name: str) -> list[dict[str, Any]]:
    groups = yaml.safe_load((FOLDER / name).read_text(encoding="utf-8"))["groups"]
    return [rule for group in groups for rule in group["rules"]]


def alerts() -> dict[str, dict[str, Any]]:
    return {rule["alert"]: rule for rule in rules("alerts.rules.yml")}


def recorded() -> dict[str, str]:
    return {rule["record"]: rule["expr"] for rule in rules("recording.rules.yml")}


def tried() -> list[dict[str, Any]]:
    """Every alert and expression that a test looks at."""
    tests = [test for name in TESTS for test in yaml.safe_load((FOLDER / name).read_text(encoding="utf-8"))["tests"]]
    return [one for test in tests for kind in ("alert_rule_test", "promql_expr_test") for one in test.get(kind, ())]


def test_prometheus_takes_the_configuration() -> None:
    """With both files of rules."""
    checked = promtool("check", "config", "prometheus.yml")
    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_alertmanager_takes_its_configuration() -> None:
    """Pages and tickets go different ways; what is kept quiet by another alert exists."""
    command = [program("amtool"), "check-config", "alertmanager.yml"]
    checked = subprocess.run(command, cwd=FOLDER, capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stdout + checked.stderr
    configured = yaml.safe_load((FOLDER / "alertmanager.yml").read_text(encoding="utf-8"))
    for rule in configured["inhibit_rules"]:
        for matcher in (*rule["source_matchers"], *rule["target_matchers"]):
            pattern = re.fullmatch(r'alertname=~?"(.+)"', matcher)
            assert pattern
            assert [name for name in alerts() if re.fullmatch(pattern[1], name)], matcher


@pytest.mark.slow
def test_every_rule_does_what_it_is_for() -> None:
    """It fires on the series that it is for, and passes over the others."""
    tested = promtool("test", "rules", *TESTS)
    assert tested.returncode == 0, tested.stdout + tested.stderr


def test_every_alert_is_tried_on_what_it_is_for_and_on_what_it_is_not() -> None:
    """And every recorded figure is looked at."""
    fired = {one["alertname"] for one in tried() if one.get("exp_alerts")}
    quiet = {one["alertname"] for one in tried() if "alertname" in one and not one["exp_alerts"]}
    assert fired == quiet == alerts().keys()
    looked_at = {one["expr"] for one in tried() if "expr" in one}
    assert {f"round({name}, 0.001)" for name in recorded()} == looked_at


def test_every_alert_says_how_bad_it_is_and_leads_to_a_section() -> None:
    """Of docs/OPERATIONS.md, which has none for an alert that does not exist."""
    headings = re.findall(r"^## (Svgai\w+)$", (ROOT / "docs/OPERATIONS.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert sorted(headings) == sorted(alerts())
    for name, alert in alerts().items():
        assert alert["labels"]["severity"] in {"page", "ticket"}
        assert alert["annotations"]["summary"]
        assert alert["annotations"]["runbook_url"] == f"docs/OPERATIONS.md#{name.lower()}"


def test_every_metric_that_is_asked_for_is_published() -> None:
    """By this service, or by those who are named above; what is recorded is used."""
    registry = CollectorRegistry()
    PrometheusMetrics(registry).drifted("type", 0)  # its features are those that the models name
    PrometheusServiceMetrics(bento="b", code="c", quality_threshold=0.85, registry=registry)
    published = {sample.name for family in registry.collect() for sample in family.samples} | OF_OTHERS
    expressions = [*recorded().values(), *(alert["expr"] for alert in alerts().values())]
    text = re.sub(r"\{[^}]*\}|\[\w+\]", " ", " ".join(expressions))
    named = set(re.findall(r"\b(?:up|(?:ai|svgai|bentoml|node)_\w+)\b", text))
    assert named <= published, named - published
    used = set(re.findall(r"\bsvgai:[\w:]+", " ".join(alert["expr"] for alert in alerts().values())))
    assert used == recorded().keys()


@pytest.mark.parametrize(
    "fast,slow,budget", [("SvgaiFailingFast", "SvgaiFailing", "0.001"), ("SvgaiLateFast", "SvgaiLate", "0.01")]
)
def test_budgets_burn_over_the_windows_of_the_workbook(fast: str, slow: str, budget: str) -> None:
    """A page for 14.4 and 6 times, a ticket for 3 times and once."""
    for name, expected in (
        (fast, [("5m", "14.4"), ("1h", "14.4"), ("30m", "6"), ("6h", "6")]),
        (slow, [("2h", "3"), ("1d", "3"), ("6h", "1"), ("3d", "1")]),
    ):
        found = re.findall(rf"ratio_rate(\w+) > ([\d.]+) \* {re.escape(budget)}\b", alerts()[name]["expr"])
        assert found == expected
    assert [alerts()[name]["labels"]["severity"] for name in (fast, slow)] == ["page", "ticket"]
