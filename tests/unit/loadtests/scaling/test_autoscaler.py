"""The autoscaler's rule."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loadtests.scaling.autoscaler import Autoscaler, ScalingRule

RULE = ScalingRule({"waiting": 2.0, "processor": 0.6}, least=2, most=50)


def wanted(replicas: int, *, waiting: float = 0.0, processor: float = 0.0) -> int:
    """Of an autoscaler that has seen nothing yet; metrics are means."""
    sums = {"waiting": waiting * replicas, "processor": processor * replicas}
    return Autoscaler(RULE).wanted(0, replicas, sums)


def test_the_metric_that_asks_for_most_counts() -> None:
    """In proportion to what it is aimed at."""
    assert wanted(10, waiting=3, processor=0.6) == 15
    assert wanted(10, waiting=0, processor=0.9) == 15


def test_what_is_near_its_target_changes_nothing() -> None:
    """Within a tenth."""
    assert wanted(10, processor=0.65) == 10
    assert wanted(10, processor=0.67) == 12


def test_it_doubles_at_most_or_adds_four() -> None:
    """Within a quarter of a minute, however often it looks."""
    assert wanted(10, waiting=100) == 20
    assert wanted(2, waiting=100) == 6
    autoscaler = Autoscaler(RULE)
    assert autoscaler.wanted(0, 10, {"waiting": 1000, "processor": 0}) == 20
    assert autoscaler.wanted(5, 20, {"waiting": 1000, "processor": 0}) == 20
    assert autoscaler.wanted(15, 20, {"waiting": 1000, "processor": 0}) == 40


def test_it_goes_down_when_it_was_calm_for_long() -> None:
    """By a quarter in a minute, and never below the least."""
    autoscaler = Autoscaler(RULE)
    quiet = {"waiting": 0.0, "processor": 0.0}
    assert autoscaler.wanted(0, 16, {"waiting": 0, "processor": 0.6 * 16}) == 16
    assert autoscaler.wanted(300, 16, quiet) == 16
    assert autoscaler.wanted(301, 16, quiet) == 12
    assert autoscaler.wanted(316, 12, quiet) == 12
    assert autoscaler.wanted(361, 12, quiet) == 9
    assert Autoscaler(RULE).wanted(0, 2, quiet) == 2


@given(st.lists(st.tuples(st.floats(1, 60), st.floats(0, 16), st.floats(0, 1)), max_size=30), st.integers(2, 50))
def test_it_stays_within_its_bounds(looks: list[tuple[float, float, float]], replicas: int) -> None:
    """And never goes beyond twice, or four more than, the most that there ever were."""
    autoscaler, now, most = Autoscaler(RULE), 0.0, replicas
    for passed, waiting, processor in looks:
        now += passed
        replicas = autoscaler.wanted(now, replicas, {"waiting": waiting * replicas, "processor": processor * replicas})
        assert RULE.least <= replicas <= min(RULE.most, max(2 * most, most + 4))
        most = max(most, replicas)


def test_it_aims_as_the_manifests_do() -> None:
    """What is simulated is what is deployed."""
    import yaml

    from loadtests.scaling.scenarios import TARGETS
    from tests.unit.deploy.rendered_manifests import FOLDER

    text = (FOLDER / "components/autoscaling-hpa/autoscaler.yaml").read_text(encoding="utf-8")
    spec = yaml.safe_load(text)["spec"]
    waiting, processor = spec["metrics"]
    assert TARGETS["waiting and processor"] == {
        "waiting": float(waiting["pods"]["target"]["averageValue"]),
        "processor": pytest.approx(processor["resource"]["target"]["averageUtilization"] / 100),
    }
    rule = ScalingRule({})
    up, down = spec["behavior"]["scaleUp"], spec["behavior"]["scaleDown"]
    assert {"type": "Percent", "value": rule.up_share * 100, "periodSeconds": rule.up_period_s} in up["policies"]
    assert {"type": "Pods", "value": rule.up_count, "periodSeconds": rule.up_period_s} in up["policies"]
    assert down["policies"] == [
        {"type": "Percent", "value": rule.down_share * 100, "periodSeconds": rule.down_period_s}
    ]
    assert (down["stabilizationWindowSeconds"], spec["minReplicas"]) == (rule.calm_s, rule.least)
