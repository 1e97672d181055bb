"""Latency against rate, a curve for each peer."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from matplotlib.figure import Figure

from loadtests.peers.comparison_figures import Point
from loadtests.peers.visits import BOUND_MS

_DPI = 110


def write_picture(curves: Mapping[str, Sequence[Point]], path: Path) -> None:
    """Write the picture as a PNG file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    latency_figure(curves).savefig(path, dpi=_DPI, metadata={"Software": None})


def latency_figure(curves: Mapping[str, Sequence[Point]]) -> Figure:
    """p50 and p99 against the rate, by the peers' titles, ours first and thickest; bars from minimum to maximum."""
    figure = Figure(figsize=(9, 4.5), layout="constrained")
    left, right = figure.subplots(1, 2, sharey=True)
    for axes, quantile in ((left, "p50_ms"), (right, "p99_ms")):
        for number, (title, points) in enumerate(curves.items()):
            wide, large, above = (2.5, 5.0, 3) if number == 0 else (1.0, 3.5, 2)
            spreads = [getattr(point, quantile) for point in points]
            ends = [[one.median - one.low for one in spreads], [one.high - one.median for one in spreads]]
            axes.errorbar(
                [point.rate for point in points],
                [one.median for one in spreads],
                ends,
                marker="o",
                linewidth=wide,
                markersize=large,
                elinewidth=0.7,
                capsize=2,
                zorder=above,
                label=title,
            )
        axes.set(yscale="log", xlabel="requests a second", title=quantile.removesuffix("_ms"), ylim=(4, 2 * BOUND_MS))
        axes.grid(alpha=0.3)
    left.set_ylabel("milliseconds")
    figure.legend(*left.get_legend_handles_labels(), loc="outside lower center", ncols=3, fontsize="small")
    return figure
