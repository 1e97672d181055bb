"""
The autoscaler of Kubernetes (autoscaling/v2): the desired number of replicas, and the limits of its rate of change.

The rule is that of its documentation: for each metric ceil(replicas * value / target), unless the two are within a
tenth of each other, and the largest of these. Replicas that are not ready count as idle. Its limits are those of
`deploy/kubernetes/components/autoscaling-hpa`.
"""

import math
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass

TOLERANCE = 0.1
SYNC_S = 15.0


@dataclass(frozen=True)
class ScalingRule:
    """
    Settings of an autoscaler.

    Attributes:
        targets: By metric, the target of its mean over replicas.
        least: Minimum replicas.
        most: Maximum replicas.
        calm_s: Stabilisation window in seconds: the largest recommendation within it applies.
        up_share: Share of the replicas that may be added in `up_period_s`, or `up_count` if that is more.
        down_share: Share of the replicas that may be removed in `down_period_s`.
    """

    targets: Mapping[str, float]
    least: int = 2
    most: int = 1_000
    calm_s: float = 300.0
    up_share: float = 1.0
    up_count: int = 4
    up_period_s: float = 15.0
    down_share: float = 0.25
    down_period_s: float = 60.0


class Autoscaler:
    """Evaluates its metrics every SYNC_S seconds."""

    def __init__(self, rule: ScalingRule) -> None:
        self._rule = rule
        self._wishes: deque[tuple[float, int]] = deque()
        self._changes: deque[tuple[float, int]] = deque()

    def wanted(self, now: float, replicas: int, sums: Mapping[str, float]) -> int:
        """
        Replicas from now on.

        Args:
            now: In seconds.
            replicas: Their number, including those that are starting.
            sums: Of each metric over the ready replicas.
        """
        rule = self._rule
        wish = max(_wish(replicas, sums[name] / replicas / target) for name, target in rule.targets.items())
        wish = min(max(wish, rule.least), rule.most)
        self._wishes.append((now, wish))
        while self._wishes[0][0] < now - rule.calm_s:
            self._wishes.popleft()
        if wish > replicas:
            wanted = min(wish, self._most_up(now, replicas))
        else:
            wanted = max(min(replicas, max(one for _, one in self._wishes)), self._least_down(now, replicas))
        self._changes.append((now, wanted - replicas))
        return wanted

    def _most_up(self, now: float, replicas: int) -> int:
        rule = self._rule
        before = replicas - self._added(now - rule.up_period_s)
        return max(replicas, math.ceil(before * (1 + rule.up_share)), before + rule.up_count)

    def _least_down(self, now: float, replicas: int) -> int:
        rule = self._rule
        before = replicas - self._added(now - rule.down_period_s)
        return min(replicas, math.floor(before * (1 - rule.down_share)))

    def _added(self, since: float) -> int:
        """Replicas added, minus those removed, after a time."""
        return sum(change for at, change in self._changes if at > since)


def _wish(replicas: int, ratio: float) -> int:
    return replicas if abs(ratio - 1) <= TOLERANCE else math.ceil(round(replicas * ratio, 9))
