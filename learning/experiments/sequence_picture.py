"""Plots the confidence sequences of an A/B test over its looks."""

from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from learning.experiments.evaluation import Effect, Evaluation
from learning.experiments.metrics import Metric
from svgai.array_types import Doubles

_COLOUR = "#2f6f9f"
_LIMIT = "#b3432b"
_PANEL = (3.6, 2.8)
_LEAST_REACH = 0.01
"""Minimum axis range, for a panel whose arms do not differ at all."""


def draw_sequences(name: str, found: Evaluation, path: Path) -> None:
    """One panel for each metric with values: the estimate, its sequence, zero, and the tolerance."""
    shown = [effect for effect in found.effects if not np.isnan(effect.sequence.means).all()]
    figure = Figure(figsize=(_PANEL[0] * max(1, len(shown)), _PANEL[1]), layout="constrained")
    for axes, effect in zip(np.atleast_1d(figure.subplots(1, max(1, len(shown)))), shown, strict=False):
        _draw(axes, effect, found.looks)
    figure.suptitle(f"{name}: challenger less champion")
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, dpi=110)


def _draw(axes: Axes, effect: Effect, looks: tuple[int, ...]) -> None:
    metric, sequence = effect.metric, effect.sequence
    axes.fill_between(
        looks, _shown(metric, sequence.lows), _shown(metric, sequence.highs), color=_COLOUR, alpha=0.25, lw=0
    )
    axes.plot(looks, _shown(metric, sequence.means), color=_COLOUR)
    axes.axhline(0, color="black", lw=0.8)
    if metric.tolerance is not None:
        axes.axhline(float(_shown(metric, np.array(-metric.better * metric.tolerance))), color=_LIMIT, lw=0.8, ls="--")
    axes.set_title(f"{metric.name}{', %' if metric.logarithmic else ''}", fontsize=10)
    axes.set_xlabel("looked at after", fontsize=8)
    # The intervals of the first looks are so wide that they would hide everything else.
    known = np.isfinite(sequence.half_widths)
    ends = np.abs(sequence.means[known]) + sequence.half_widths[known]
    reach = 1.2 * float(np.quantile(_shown(metric, ends), 0.7)) or _LEAST_REACH
    axes.set_ylim(-reach, reach)
    axes.tick_params(labelsize=8)


def _shown(metric: Metric, values: Doubles) -> Doubles:
    """In per cent, for logarithmic metrics."""
    return 100 * np.expm1(values) if metric.logarithmic else values
