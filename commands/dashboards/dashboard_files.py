"""Reads Grafana's dashboard files: panels with their queries, and annotations."""

from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from svgai.errors import PrometheusFault


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True)


class Query(_Part):
    """An expression, and the name of its series: {{label}} stands for a value."""

    expr: str
    legend: str = Field(alias="legendFormat")


class Place(_Part):
    """In a grid 24 wide, from the top left."""

    x: int
    y: int
    w: int
    h: int


class Step(_Part):
    """A colour from a value on; None: from below."""

    color: str
    value: float | None


class _Thresholds(_Part):
    steps: tuple[Step, ...] = ()


class _Stacking(_Part):
    mode: str = "none"


class _Custom(_Part):
    stacking: _Stacking = _Stacking()


class _Defaults(_Part):
    unit: str = "none"
    min: float | None = None
    max: float | None = None
    thresholds: _Thresholds = _Thresholds()
    custom: _Custom = _Custom()


class _FieldConfig(_Part):
    defaults: _Defaults = _Defaults()


class Panel(_Part):
    """One figure, a picture of lines, or a heading (row)."""

    title: str
    type: Literal["row", "stat", "timeseries"]
    place: Place = Field(alias="gridPos")
    queries: tuple[Query, ...] = Field((), alias="targets")
    field_config: _FieldConfig = Field(_FieldConfig(), alias="fieldConfig")

    @property
    def shows(self) -> _Defaults:
        """How values are shown."""
        return self.field_config.defaults

    @property
    def stacked(self) -> bool:
        """Whether its series lie on each other."""
        return self.shows.custom.stacking.mode != "none"


class Event(_Part):
    """Marks on the time axis, wherever an expression has a value."""

    name: str
    expr: str
    colour: str = Field(alias="iconColor")


class _Annotations(_Part):
    events: tuple[Event, ...] = Field((), alias="list")


class Dashboard(_Part):
    """A page of panels."""

    title: str
    panels: tuple[Panel, ...]
    annotations: _Annotations = _Annotations()


def read_dashboards(folder: Path) -> dict[str, Dashboard]:
    """
    All dashboards of a folder, by file name.

    Raises:
        PrometheusFault: there are none, or one is invalid.
    """
    files = sorted(folder.glob("*.json"))
    if not files:
        raise PrometheusFault(f"there are no dashboards in {folder}")
    try:
        return {file.stem: Dashboard.model_validate_json(file.read_bytes()) for file in files}
    except ValidationError as fault:
        raise PrometheusFault(f"a file of {folder} is no dashboard of rows, figures and lines: {fault}") from fault
