"""The service level objectives: read from slo.yaml, and compared with the measurements of a load test."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Self

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from loadtests.objectives.figures import EndpointFigures, Figures
from loadtests.objectives.stages import mean_rate, steady
from svgai.errors import SvgAiError

SLO_FILE = Path(__file__).with_name("slo.yaml")


class _Value(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Load(_Value):
    """The load at which the objectives hold."""

    rate: float = Field(gt=0, allow_inf_nan=False, description="Requests a second in all.")
    seconds: float = Field(gt=0, allow_inf_nan=False, description="How long that rate is held.")


class Objectives(_Value):
    """Objectives of one endpoint; missing ones do not apply."""

    p50_ms: float | None = Field(None, gt=0, allow_inf_nan=False)
    p95_ms: float | None = Field(None, gt=0, allow_inf_nan=False)
    p99_ms: float | None = Field(None, gt=0, allow_inf_nan=False)
    error_rate: float | None = Field(None, ge=0, le=1, description="Largest share of answered requests that fail.")
    refused_rate: float | None = Field(None, ge=0, le=1, description="Largest share of requests answered 429.")
    throughput: float | None = Field(None, gt=0, allow_inf_nan=False, description="Least good answers a second.")

    @model_validator(mode="after")
    def _agree(self) -> Self:
        if not self.model_dump(exclude_none=True):
            raise ValueError("promises nothing")
        times = [time for time in (self.p50_ms, self.p95_ms, self.p99_ms) if time is not None]
        if times != sorted(times):
            raise ValueError("p50_ms, p95_ms and p99_ms must not fall")
        return self


class Slo(_Value):
    """Objectives by endpoint, and the load that they apply to."""

    load: Load
    endpoints: dict[str, Objectives] = Field(min_length=1)


class Breach(_Value):
    """An objective that was missed. `allowed` is the worst value that would have met it."""

    endpoint: str
    objective: str
    measured: float
    allowed: float


def load_slo(path: Path = SLO_FILE) -> Slo:
    """
    Read objectives.

    Raises:
        SvgAiError: The file cannot be read or is invalid; one line for each fault.
    """
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as fault:
        raise SvgAiError(f"the objectives cannot be read: {fault}") from fault
    except yaml.YAMLError as fault:
        raise SvgAiError(f"{path} is not YAML: {' '.join(str(fault).split())}") from fault
    try:
        return Slo.model_validate(content)
    except ValidationError as invalid:
        raise SvgAiError("\n".join(f"{path}: {_line(error)}" for error in invalid.errors())) from invalid


def _line(error: Any) -> str:
    place = " > ".join(str(part) for part in error["loc"])
    message = error["msg"].removeprefix("Value error, ")
    return f"{place}: {message}" if place else message


def for_rate(slo: Slo, asked: float) -> Slo:
    """
    The objectives for another mean rate than that of their load: the required throughput is scaled.

    It is not raised for a higher load, which the objectives do not cover.
    """
    share = min(1.0, asked / mean_rate(steady(slo.load.rate, slo.load.seconds)))
    scaled = {
        name: objectives
        if objectives.throughput is None or not share
        else objectives.model_copy(update={"throughput": objectives.throughput * share})
        for name, objectives in slo.endpoints.items()
    }
    return slo.model_copy(update={"endpoints": scaled})


def missed(slo: Slo, figures: Figures) -> list[Breach]:
    """
    Every objective that was missed, in the order of the file.

    An endpoint without any answer misses all its objectives.
    """
    measured = {endpoint.name: endpoint for endpoint in figures.endpoints}
    return [
        breach
        for name, objectives in slo.endpoints.items()
        for breach in _endpoint_breaches(name, objectives, measured.get(name))
    ]


def _endpoint_breaches(name: str, objectives: Objectives, found: EndpointFigures | None) -> Iterator[Breach]:
    if found is None or not found.answered:
        yield Breach(endpoint=name, objective="answered", measured=0, allowed=1)
    if found is None:
        return
    for objective, allowed in objectives.model_dump(exclude_none=True).items():
        value = float(getattr(found, objective))
        if value < allowed if objective == "throughput" else value > allowed:
            yield Breach(endpoint=name, objective=objective, measured=value, allowed=allowed)
