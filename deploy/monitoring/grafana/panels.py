"""The panels and annotations of the dashboards, written with Grafana's own library."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count

from grafana_foundation_sdk.builders.common import ReduceDataOptions, StackingConfig, VizLegendOptions
from grafana_foundation_sdk.builders.dashboard import Dashboard, Row, ThresholdsConfig
from grafana_foundation_sdk.builders.prometheus import Dataquery
from grafana_foundation_sdk.builders.stat import Panel as Stat
from grafana_foundation_sdk.builders.timeseries import Panel as TimeSeries
from grafana_foundation_sdk.cog.builder import Builder
from grafana_foundation_sdk.models import dashboard as written
from grafana_foundation_sdk.models.common import LegendDisplayMode, LegendPlacement, StackingMode

SOURCE = written.DataSourceRef(type_val="prometheus", uid="svgai-prometheus")
"""Its name in provisioning/datasources/prometheus.yml."""

_GRID = 24
_HEIGHT, _FIGURE_HEIGHT = 8, 4


@dataclass(frozen=True)
class Query:
    """A PromQL expression, and the name of each of its series: {{label}} is replaced by a value."""

    expr: str
    legend: str


@dataclass(frozen=True)
class Lines:
    """
    Series over time.

    Attributes:
        unit: In Grafana's terms: reqps, percentunit (of 1), s, decbytes, none ... bottom, top: Limits of the axis; by
            default those of the series.
        stacked: Whether the series add up to a whole.
    """

    title: str
    unit: str
    queries: tuple[Query, ...]
    about: str = ""
    bottom: float | None = 0
    top: float | None = None
    stacked: bool = False

    def panel(self) -> TimeSeries:
        """As Grafana has it."""
        legend = VizLegendOptions().display_mode(LegendDisplayMode.LIST).placement(LegendPlacement.BOTTOM)
        panel = TimeSeries().title(self.title).description(self.about).unit(self.unit).height(_HEIGHT)
        panel.legend(legend.show_legend(True))
        if self.bottom is not None:
            panel.min(self.bottom)
        if self.top is not None:
            panel.max(self.top)
        if self.stacked:
            panel.stacking(StackingConfig().mode(StackingMode.NORMAL)).fill_opacity(40)
        return panel


@dataclass(frozen=True)
class Now:
    """
    One current value.

    Attributes:
        amber, red: Thresholds of the colours; downwards if red is below amber.
    """

    title: str
    unit: str
    queries: tuple[Query]
    amber: float
    red: float
    about: str = ""

    def panel(self) -> Stat:
        """As Grafana has it."""
        if self.red > self.amber:
            steps = [("green", None), ("orange", self.amber), ("red", self.red)]
        else:
            steps = [("red", None), ("orange", self.red), ("green", self.amber)]
        thresholds = ThresholdsConfig().mode(written.ThresholdsMode.ABSOLUTE)
        thresholds.steps([written.Threshold(value=value, color=colour) for colour, value in steps])
        panel = Stat().title(self.title).description(self.about).unit(self.unit).thresholds(thresholds)
        panel.reduce_options(ReduceDataOptions().calcs(["lastNotNull"]).values(False))
        return panel.height(_FIGURE_HEIGHT)


class _Event(written.AnnotationQuery):
    """A Prometheus annotation; the library's own class cannot set its texts."""

    def __init__(self, name: str, expr: str, words: str, colour: str) -> None:
        super().__init__(name=name, datasource=SOURCE, expr=expr, icon_color=colour)
        self._words = words

    def to_json(self) -> dict[str, object]:
        return {**super().to_json(), "titleFormat": self.name, "textFormat": self._words, "step": "15s"}


@dataclass(frozen=True)
class Event(Builder[written.AnnotationQuery]):
    """
    Marks on the time axis of all panels, wherever the expression has a value.

    Attributes:
        words: The text of one; {{label}} is replaced by a value.
    """

    name: str
    expr: str
    words: str
    colour: str

    def build(self) -> written.AnnotationQuery:
        """As Grafana has it."""
        return _Event(self.name, self.expr, self.words, self.colour)


PROMOTED = Event(
    "Models",
    '(svgai_models_info{job="svgai",classifier!="none"} == 1)'
    ' unless (svgai_models_info{job="svgai",classifier!="none"} offset 2m == 1)',
    "{{instance}} serves classifier {{classifier}}, optimizer {{optimizer}}",
    "purple",
)
"""Different models from two minutes ago: a promotion or rollback took effect."""

DEPLOYED = Event(
    "Deployment",
    '(svgai_build_info{job="svgai"} == 1) unless (svgai_build_info{job="svgai"} offset 2m == 1)',
    "{{instance}} serves {{bento}}, code {{code}}",
    "blue",
)


@dataclass(frozen=True)
class Section:
    """Panels below one heading."""

    title: str
    panels: tuple[Lines | Now, ...]

    @property
    def width(self) -> int:
        """Grid positions of the panels: values all in a row, lines by threes, or by fours if that leaves no gap."""
        if isinstance(self.panels[0], Now):
            return _GRID // len(self.panels)
        return _GRID // (4 if len(self.panels) % 4 == 0 else 3)


def dashboard(uid: str, title: str, about: str, sections: Sequence[Section]) -> Dashboard:
    """Put sections below each other, and mark promotions and deployments in all of them."""
    made = Dashboard(title).uid(uid).description(about).tags(["svgai"]).timezone("browser").readonly()
    made.time("now-6h", "now").refresh("30s").tooltip(written.DashboardCursorSync.CROSSHAIR)
    made.annotation(PROMOTED).annotation(DEPLOYED)
    numbers = count(1)
    for section in sections:
        made.with_row(Row(section.title).id(next(numbers)))
        for part in section.panels:
            panel = part.panel().span(section.width).id(next(numbers)).datasource(SOURCE)
            for letter, query in zip("ABCDEF", part.queries, strict=False):
                panel.with_target(_target(letter, query))
            made.with_panel(panel)
    return made


def _target(letter: str, query: Query) -> Dataquery:
    return Dataquery().ref_id(letter).expr(query.expr).legend_format(query.legend).range()
