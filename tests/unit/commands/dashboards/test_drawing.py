"""What a picture of a dashboard shows."""

from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
import pytest

from commands.dashboards.dashboard_files import Dashboard
from commands.dashboards.drawing import draw_dashboard, shown
from commands.dashboards.prometheus_api import Series, Span
from svgai.array_types import Pixels

SPAN = Span(0.0, 60.0, 10.0)
TIMES = np.arange(0.0, 61.0, 10.0)


def page(kind: str, **defaults: object) -> Dashboard:
    panel = {
        "title": "A panel",
        "type": kind,
        "gridPos": {"x": 0, "y": 0, "w": 12, "h": 8},
        "targets": [{"expr": "x", "legendFormat": "a"}],
        "fieldConfig": {"defaults": defaults},
    }
    return Dashboard.model_validate({"title": "A page", "panels": [panel]})


def drawn(dashboard: Dashboard, values: Sequence[float], folder: Path, marked: bool = False) -> Pixels:
    series = [Series("a", TIMES, np.array(values))] if values else []
    appears = Series("", TIMES, np.array([np.nan, np.nan, np.nan, 1, 1, np.nan, np.nan]))
    marks = [("purple", appears)] if marked else []
    draw_dashboard(dashboard, {dashboard.panels[0]: series}, marks, SPAN, folder / "page.png")
    return np.asarray(cv2.imread(str(folder / "page.png")), np.uint8)


def test_values_change_the_picture(tmp_path: Path) -> None:
    """Lines go where they are; a panel without any says so."""
    lines = page("timeseries", unit="s", min=0)
    rising, falling = (drawn(lines, values, tmp_path) for values in ([0, 1, 2, 3, 4, 5, 6], [6, 5, 4, 3, 2, 1, 0]))
    nothing = drawn(lines, [], tmp_path)
    absent = drawn(lines, [np.nan] * 7, tmp_path)
    assert (rising != falling).any()
    assert (nothing != rising).any()
    assert (nothing == absent).all()


def test_an_event_is_a_line_where_it_begins(tmp_path: Path) -> None:
    """In every picture of lines."""
    lines = page("timeseries")
    without, with_one = (drawn(lines, [1] * 7, tmp_path, marked=marked) for marked in (False, True))
    columns = np.flatnonzero((without != with_one).any(axis=(0, 2)))
    assert 0 < len(columns) < 6


def test_a_figure_has_the_colour_of_the_step_that_it_reached(tmp_path: Path) -> None:
    """The last value counts."""
    steps = [{"color": "green", "value": None}, {"color": "red", "value": 2}]
    figure = page("stat", thresholds={"steps": steps})
    fine, bad = (drawn(figure, [*[0.0] * 6, last], tmp_path) for last in (1.0, 2.0))
    middle = fine.shape[0] * 5 // 8, fine.shape[1] // 8
    assert fine[middle].argmax() == 1
    assert bad[middle].argmax() == 2


@pytest.mark.parametrize(
    "value,unit,words",
    [
        (0.25, "s", "250 ms"),
        (2.5, "s", "2.5 s"),
        (0.0, "s", "0 s"),
        (0.0144, "percentunit", "1.44 %"),
        (12.0, "percent", "12 %"),
        (950.0, "decbytes", "950 B"),
        (2_500.0, "decbytes", "2.5 kB"),
        (80.0, "decmbytes", "80 MB"),
        (3.0, "reqps", "3/s"),
        (7.0, "none", "7"),
    ],
)
def test_values_are_shown_in_their_units(value: float, unit: str, words: str) -> None:
    """Those that the dashboards use."""
    assert shown(value, unit) == words
