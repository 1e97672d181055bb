"""Pictures of an evaluation: quality against bytes, gap closed by type, and the choice of images to show."""

from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from evaluation.methods.all_methods import METHODS
from evaluation.report.evaluation_figures import Evaluation
from training.data.datasets import Sample
from training.fit.classifier.classifier_report import reliability_figure, reliability_table

_DPI = 110
_SHOWN = 1.5
"""Gaps are drawn from minus this: if one fixed tracing is nearly as good as the oracle, they are unbounded."""

_AMONG = 100
"""The number of images from which the worst are shown."""

_COMPARED = ("best per type", "ours, 1 trial", "ours", "random search", "Optuna", "Optuna, 40")
"""Methods whose gap closed is drawn: the single best and the oracle are its ends, VTracer's defaults far below."""


def write_pictures(evaluation: Evaluation, stem: Path) -> dict[str, Path]:
    """
    Write the pictures of an evaluation as PNG files whose names start with `stem`; returns them by content.

    Gap closed needs the oracle, reliability labels and a classifier.
    """
    summary, by_type = evaluation.summary(), evaluation.by_type()
    figures = {"Quality against bytes": ("quality-bytes", quality_figure(summary))}
    if by_type["cost_bytes"].notna().any():
        figures["Bytes at each target, misses counted"] = ("bytes-target", bytes_figure(summary))
        figures["Gap closed by type"] = ("gap-closed", gap_figure(by_type))
    classified = evaluation.classified()
    if classified:
        figures["Reliability of the classifier"] = ("reliability", reliability_figure(reliability_table(*classified)))
    stem.parent.mkdir(parents=True, exist_ok=True)
    written = {}
    for title, (name, figure) in figures.items():
        written[title] = stem.with_name(f"{stem.name}-{name}.png")
        figure.savefig(written[title], dpi=_DPI, metadata={"Software": None})
    return written


def quality_figure(summary: pd.DataFrame) -> Figure:
    """Mean ssim against the geometric mean of bytes: a curve for each method, a point for each target."""
    figure = Figure(figsize=(8, 5), layout="constrained")
    axes = figure.subplots()
    for method in [name for name in METHODS if name in summary.index.get_level_values("method")]:
        rows = summary.xs(method, level="method").sort_values("geometric_bytes")
        _curve(axes, method, rows["geometric_bytes"], rows["ssim"])
    axes.set(xscale="log", xlabel="bytes, geometric mean", ylabel="ssim, mean")
    axes.grid(alpha=0.3)
    figure.legend(loc="outside right upper", fontsize="small")
    return figure


def bytes_figure(summary: pd.DataFrame) -> Figure:
    """The cost of each target in bytes by method, with a miss counted as a surcharge on the oracle's bytes."""
    figure = Figure(figsize=(8, 5), layout="constrained")
    axes = figure.subplots()
    asked = list(summary.index.get_level_values("asked").unique())
    for method in [name for name in METHODS if name in summary.index.get_level_values("method")]:
        rows = summary.xs(method, level="method").reindex(asked)
        _curve(axes, method, np.arange(len(asked)), rows["cost_bytes"])
    axes.set_xticks(range(len(asked)), asked)
    axes.set(yscale="log", xlabel="target", ylabel="bytes, geometric mean, misses counted")
    axes.grid(alpha=0.3)
    figure.legend(loc="outside right upper", fontsize="small")
    return figure


def _curve(axes: Axes, method: str, x: npt.ArrayLike, y: npt.ArrayLike) -> None:
    wide, large, above = (2.5, 5.0, 3) if method == "ours" else (1.0, 3.5, 2)
    # There are more methods than colours.
    line = "--" if method.startswith("default") else "-"
    axes.plot(x, y, marker="o", linestyle=line, linewidth=wide, markersize=large, zorder=above, label=method)


def gap_figure(by_type: pd.DataFrame) -> Figure:
    """
    Gap closed of each method by type with 95 % intervals, a panel for each target; values beyond the axis are clipped
    to its edge.
    """
    asked = list(by_type.index.get_level_values("asked").unique())
    figure = Figure(figsize=(8, 2.6 * len(asked)), layout="constrained")
    methods = [name for name in _COMPARED if name in by_type.index.get_level_values("method")]
    for axes, target in zip(figure.subplots(len(asked), squeeze=False)[:, 0], asked, strict=True):
        rows = by_type.loc[target]
        types = list(rows.index.get_level_values("type").unique())
        for offset, method in enumerate(methods):
            if method not in rows.index.get_level_values("method"):
                continue
            own = rows.xs(method, level="method").reindex(types)
            places = np.arange(len(types)) + (offset - (len(methods) - 1) / 2) * 0.13
            gap, low, high = (own[f"gap_closed{end}"].clip(-_SHOWN, _SHOWN) for end in ("", "_low", "_high"))
            ends = np.abs(np.stack([gap - low, high - gap]))
            axes.errorbar(places, gap, ends, color=f"C{offset}", marker="o", linestyle="", capsize=2, label=method)
        axes.axhline(0, color="grey", linewidth=1)
        axes.axhline(1, color="grey", linewidth=1)
        axes.set_xticks(range(len(types)), types)
        axes.set(
            xlim=(-0.5, len(types) - 0.5),
            ylim=(-_SHOWN - 0.1, _SHOWN + 0.1),
            ylabel="gap closed",
            title=f"target: {target}",
        )
    fullest = max(figure.axes, key=lambda axes: len(axes.get_legend_handles_labels()[1]))
    figure.legend(*fullest.get_legend_handles_labels(), loc="outside upper center", ncols=3, fontsize="small")
    return figure


def extremes(evaluation: Evaluation, asked: str, count: int) -> tuple[Sample, ...]:
    """
    The images with our best results, then those with the worst, at most `count` of each, without duplicates.

    Best is the smallest share of the bytes of VTracer's defaults with the target met. Worst are the largest misses of
    the target; then the largest shares.
    """
    rows = evaluation.outcomes[evaluation.outcomes["asked"] == asked].set_index("image")
    ours, default = (rows[rows["method"] == method] for method in ("ours", "default"))
    short = (ours["target"] - ours["ssim"]).where(~ours["met"], -np.inf)
    order = pd.DataFrame({"short": short, "share": ours["bytes"] / default["bytes"], "name": ours.index})
    names = list(order.sort_values(["short", "share", "name"]).index)
    best = names[: min(count, len(names) - len(names) // 2)]
    chosen = [*best, *reversed(names[max(len(best), len(names) - count) :])]
    samples = {sample.name: sample for sample in evaluation.samples}
    return tuple(samples[name] for name in chosen)


def worst_judged(evaluation: Evaluation, asked: str, count: int) -> tuple[Sample, ...]:
    """
    The worst of the first hundred images by the judge, the worst first.

    The order is by butteraugli, without that program by edge distance, and without a judge by `worst`. The first
    hundred are chosen by the hash of their names, so that the selection is not biased.
    """
    samples = evaluation.samples[:_AMONG]
    rows = evaluation.outcomes[(evaluation.outcomes["asked"] == asked) & (evaluation.outcomes["method"] == "ours")]
    ours = rows.set_index("image").loc[[sample.name for sample in samples]]
    faults = (ours["judge_butteraugli"], ours["judge_edge"], -ours["worst"])
    fault = next(values for values in faults if values.notna().any())
    names = fault.dropna().sort_values(ascending=False, kind="stable").index[:count]
    by_name = {sample.name: sample for sample in samples}
    return tuple(by_name[name] for name in names)
