"""The limits of the gates, read from gates.yaml."""

from pathlib import Path
from typing import Self

import yaml
from pydantic import BaseModel, ConfigDict, Field, FiniteFloat, ValidationError, model_validator

from svgai.errors import RegistryFault

THRESHOLDS_FILE = Path(__file__).with_name("gates.yaml")


class MetricLimits(BaseModel):
    """The range one metric must lie in, and how far it may fall behind the replaced version."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    minimum: FiniteFloat | None = None
    maximum: FiniteFloat | None = None
    tolerance: FiniteFloat | None = Field(default=None, ge=0)

    @model_validator(mode="after")
    def _direction_is_known(self) -> Self:
        if self.minimum is None and self.maximum is None:
            raise ValueError("needs a minimum or a maximum")
        if self.tolerance is not None and self.minimum is not None and self.maximum is not None:
            raise ValueError("a tolerance needs one direction: give a minimum or a maximum, not both")
        return self


class KindThresholds(BaseModel):
    """The limits for one kind of model."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    max_bytes: int = Field(gt=0, description="Largest size of the served file, in bytes.")
    max_latency_ms: FiniteFloat = Field(gt=0, description="Longest median time of one prediction by the serving code.")
    metrics: dict[str, MetricLimits]


class Thresholds(BaseModel):
    """The limits for every kind of model."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    classifier: KindThresholds
    optimizer: KindThresholds


def load_thresholds(path: Path = THRESHOLDS_FILE) -> Thresholds:
    """Read `path`; RegistryFault if it is missing or not valid."""
    try:
        return Thresholds.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    except (OSError, yaml.YAMLError, ValidationError) as error:
        raise RegistryFault(f"{path} does not hold valid gate thresholds: {error}") from error
