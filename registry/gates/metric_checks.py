"""The gates on metrics: each within its limits, and no worse than that of the version it replaces."""

import math
from collections.abc import Iterator

from registry.gates.evidence import Baseline, Check, Evidence
from registry.gates.paired_comparison import paired_loss
from registry.gates.thresholds import KindThresholds, MetricLimits

_ROUNDING = 1e-9


def limit_checks(candidate: Evidence, limits: KindThresholds) -> Iterator[Check]:
    """Every metric that has limits, in their order."""
    for name, allowed in limits.metrics.items():
        value = candidate.metrics.get(name)
        limit = range_text(allowed)
        if value is None:
            yield Check(name, "missing", limit, f"{name} was not measured: train it again with this version")
        elif not math.isfinite(value):
            yield Check(name, f"{value}", limit, f"{name} is {value}")
        elif allowed.minimum is not None and value < allowed.minimum:
            yield Check(name, f"{value:.4f}", limit, f"{name} {value:.4f} is below the minimum {allowed.minimum:g}")
        elif allowed.maximum is not None and value > allowed.maximum:
            yield Check(name, f"{value:.4f}", limit, f"{name} {value:.4f} is above the maximum {allowed.maximum:g}")
        else:
            yield Check(name, f"{value:.4f}", limit)


def regression_checks(candidate: Evidence, current: Baseline | None, limits: KindThresholds) -> Iterator[Check]:
    """
    Every metric with a tolerance, against the replaced version.

    By item where both were measured on the same items: the loss must be within the tolerance with 95 % confidence. Else
    by the two values, and the limit says so.
    """
    if current is None:
        return
    for name, allowed in limits.metrics.items():
        new, old = candidate.metrics.get(name), current.metrics.get(name)
        # The limit check reports a missing or infinite new value; without an old one there is no comparison.
        if allowed.tolerance is None or new is None or old is None or not math.isfinite(new) or not math.isfinite(old):
            continue
        label = f"{name} against version {current.version}"
        yield _paired(label, name, allowed, candidate, current) or _by_value(label, name, allowed, candidate, current)


def _paired(label: str, name: str, allowed: MetricLimits, candidate: Evidence, current: Baseline) -> Check | None:
    if candidate.held_out is None or current.held_out is None or allowed.tolerance is None:
        return None
    loss = paired_loss(candidate.held_out, current.held_out, name, higher_is_better=allowed.minimum is not None)
    if loss is None:
        return None
    measured = f"{loss.mean:.4f} worse" if loss.mean > 0 else f"{-loss.mean:.4f} better"
    measured = f"{measured}, at most {max(loss.at_most, 0):.4f} worse"
    limit = f"at most {allowed.tolerance:g} worse (95 %, {loss.items} items)"
    if loss.at_most <= allowed.tolerance + _ROUNDING:
        return Check(label, measured, limit)
    reason = (
        f"{name} may be {loss.at_most:.4f} worse than in version {current.version}, more than {allowed.tolerance:g} "
        f"({loss.items} items, mean {loss.mean:+.4f})"
    )
    return Check(label, measured, limit, reason)


def _by_value(label: str, name: str, allowed: MetricLimits, candidate: Evidence, current: Baseline) -> Check:
    new, old, tolerance = candidate.metrics[name], current.metrics[name], allowed.tolerance or 0
    how = _why_by_value(name, candidate, current)
    limit = f"{old:.4f} within {tolerance:g} ({how})"
    if (old - new if allowed.minimum is not None else new - old) <= tolerance + _ROUNDING:
        return Check(label, f"{new:.4f}", limit)
    reason = f"{name} {new:.4f} is more than {tolerance:g} worse than {old:.4f} of version {current.version} ({how})"
    return Check(label, f"{new:.4f}", limit, reason)


def _why_by_value(name: str, candidate: Evidence, current: Baseline) -> str:
    if candidate.dataset_digest != current.dataset_digest:
        return "values compared: measured on another dataset"
    if candidate.held_out is None or current.held_out is None:
        return "values compared: outcomes by item were not kept"
    if candidate.held_out.digest != current.held_out.digest:
        return "values compared: measured on other items"
    return f"values compared: {name} is no mean over items"


def range_text(limits: MetricLimits) -> str:
    """The range as people read it: at least 0.8, at most 0.9."""
    parts = (("at least", limits.minimum), ("at most", limits.maximum))
    return ", ".join(f"{word} {value:g}" for word, value in parts if value is not None)
