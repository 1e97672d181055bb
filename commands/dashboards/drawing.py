"""Draws a dashboard with matplotlib, similar to Grafana."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator, MultipleLocator

from commands.dashboards.dashboard_files import Dashboard, Panel
from commands.dashboards.prometheus_api import Series, Span

_COLUMNS = 24
_CELL = 0.62
"""Inches of a cell of the grid, in which a panel is 8 wide and 8 high."""

_COLOURS = ("#2a78b8", "#c2571a", "#3b8f4b", "#8a5ab5", "#b8902a", "#2aa5a5", "#b83a6a", "#5a6a7a")
_FIGURE_COLOURS = {"green": "#2f8f46", "orange": "#c77a12", "red": "#c0302b"}
_MOST_NAMES = 8
_LETTER, _KEY = 0.058, 0.4
"""Inches of a letter of a name, and of the line before it."""

_MOST_TICKS = 6
_TICKS_S = (10, 30, 60, 300, 600, 1_800, 3_600, 7_200, 14_400, 43_200, 86_400)
_HEIGHT = 0.5
"""A cell is so high as part of its width: panels 8 by 8 are twice as wide as high."""

Found = Mapping[Panel, Sequence[Series]]
Marks = Sequence[tuple[str, Series]]
"""Colours of events, and where they have a value."""


def draw_dashboard(dashboard: Dashboard, found: Found, marks: Marks, span: Span, out: Path) -> None:
    """Write it as PNG with all panels in their places; one without data says so."""
    rows = max(panel.place.y + panel.place.h for panel in dashboard.panels)
    width, height = _COLUMNS * _CELL, (rows + 2) * _CELL * _HEIGHT
    figure = Figure(figsize=(width, height), facecolor="white")
    figure.text(0.008, 1 - 0.35 / height, dashboard.title, fontsize=15, weight="bold", va="center")
    figure.text(0.992, 1 - 0.35 / height, _when(span), fontsize=9, color="#555555", ha="right", va="center")
    for panel in dashboard.panels:
        place = panel.place
        left, right = place.x / _COLUMNS, (place.x + place.w) / _COLUMNS
        top = 1 - (place.y + 2) / (rows + 2)
        bottom = top - place.h / (rows + 2)
        if panel.type == "row":
            figure.text(
                0.008, (top + bottom) / 2, panel.title, fontsize=12, weight="bold", va="center", color="#333333"
            )
            continue
        # Room for the title above, the names below and the numbers to the left, in inches.
        inner = (0.62, 0.72, 0.12, 0.34) if panel.type == "timeseries" else (0.1, 0.05, 0.1, 0.3)
        west, south, east, north = inner[0] / width, inner[1] / height, inner[2] / width, inner[3] / height
        axes = figure.add_axes((left + west, bottom + south, right - left - west - east, top - bottom - south - north))
        axes.set_title(panel.title, fontsize=9.5, loc="left", pad=5)
        series = [one for one in found[panel] if not one.empty]
        if not series:
            _say_empty(axes)
        elif panel.type == "stat":
            _figure(axes, panel, series[0])
        else:
            _lines(axes, panel, series, span)
            for colour, mark in marks:
                for start in _beginnings(mark):
                    axes.axvline(start, color=colour, lw=1, ls="--", alpha=0.7)
    figure.savefig(out, dpi=96)


def _lines(axes: Axes, panel: Panel, series: Sequence[Series], span: Span) -> None:
    order = sorted(series, key=lambda one: one.name)
    times = order[0].times
    if panel.stacked:
        axes.stackplot(
            times,
            [np.nan_to_num(one.values) for one in order],
            labels=[one.name for one in order],
            colors=_COLOURS,
            alpha=0.75,
            lw=0,
        )
    else:
        for number, one in enumerate(order):
            dashed = number >= len(_COLOURS)
            colour = _COLOURS[number % len(_COLOURS)]
            axes.plot(times, one.values, color=colour, lw=1.4, ls="--" if dashed else "-", label=one.name)
    shows = panel.shows
    axes.set_ylim(bottom=shows.min, top=shows.max)
    if not any(np.nanmax(one.values) for one in series):  # a line of nought lies on the axis, not in the middle
        axes.set_ylim(0, 1)
    axes.set_xlim(span.start, span.end)
    between = next((step for step in _TICKS_S if (span.end - span.start) / step <= _MOST_TICKS), _TICKS_S[-1])
    axes.xaxis.set_major_locator(MultipleLocator(between))
    clock = "%H:%M:%S" if between < 60 else "%H:%M"
    axes.xaxis.set_major_formatter(FuncFormatter(lambda time, _: f"{_moment(time):{clock}}"))
    axes.yaxis.set_major_locator(MaxNLocator(4))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: shown(value, shows.unit)))
    axes.tick_params(labelsize=7.5, length=2, colors="#555555")
    axes.grid(axis="y", color="#e6e6e6", lw=0.7)
    axes.set_axisbelow(True)
    axes.spines[["top", "right"]].set_visible(False)
    axes.spines[["left", "bottom"]].set_color("#bbbbbb")
    handles, names = axes.get_legend_handles_labels()
    widest = max(len(name) for name in names) * _LETTER + _KEY
    columns = max(1, min(6, int(panel.place.w * _CELL / widest)))
    axes.legend(
        handles[:_MOST_NAMES],
        [f"{name[:58]}" for name in names[:_MOST_NAMES]],
        loc="upper left",
        bbox_to_anchor=(-0.08, -0.13),
        ncols=columns,
        fontsize=6.8,
        frameon=False,
        handlelength=1.2,
        columnspacing=1,
        labelspacing=0.25,
    )


def _figure(axes: Axes, panel: Panel, series: Series) -> None:
    value = float(series.values[np.isfinite(series.values)][-1])
    reached = [step.color for step in panel.shows.thresholds.steps if step.value is None or value >= step.value]
    axes.set_facecolor(_FIGURE_COLOURS.get(reached[-1] if reached else "", "#555555"))
    words = shown(value, panel.shows.unit)
    axes.text(0.5, 0.45, words, ha="center", va="center", fontsize=20, weight="bold", color="white")
    axes.set_xticks([])
    axes.set_yticks([])
    axes.spines[:].set_visible(False)


def _say_empty(axes: Axes) -> None:
    axes.text(0.5, 0.5, "no data", ha="center", va="center", fontsize=11, color="#999999")
    axes.set_xticks([])
    axes.set_yticks([])
    axes.spines[:].set_color("#dddddd")


def shown(value: float, unit: str) -> str:
    """A value in a unit as Grafana calls it, short enough for an axis."""
    if unit == "s":
        return f"{value:.3g} s" if value >= 1 else "0 s" if value == 0 else f"{1000 * value:.3g} ms"
    if unit == "decbytes":
        return f"{value / 1000:.3g} kB" if value >= 1000 else f"{value:.3g} B"
    if unit == "percentunit":
        return f"{100 * value:.3g} %"
    suffix = {"reqps": "/s", "ops": "/s", "percent": " %", "decmbytes": " MB"}.get(unit, "")
    return f"{value:.3g}{suffix}"


def _beginnings(series: Series) -> list[float]:
    """When it has a value and had none before; what was so from the first point on began earlier."""
    there = np.isfinite(series.values)
    return [float(time) for time in series.times[1:][there[1:] & ~there[:-1]]]


def _moment(time: float) -> datetime:
    return datetime.fromtimestamp(time, UTC)


def _when(span: Span) -> str:
    return f"{_moment(span.start):%Y-%m-%d %H:%M:%S} to {_moment(span.end):%H:%M:%S} UTC"
