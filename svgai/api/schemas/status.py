"""The answer of /api/ai-status."""

from datetime import datetime
from typing import Literal

from pydantic import (
    Field,
)

from svgai.api.schemas.values import Value

State = Literal["loading", "ready", "disabled", "failed"]
"""State of the models: being loaded, ready, switched off by AI_ENHANCED or the operator, or missing or broken."""


class ModelCheck(Value):
    """One model's file."""

    status: Literal["loaded", "not_loaded"]
    size_mb: float | None = None
    version: str | None = None
    run_id: str | None = None


class PerformanceCheck(Value):
    """A conversion of a small built-in image, made for this answer; busy: the queue is too long to add it."""

    status: Literal["ok", "busy", "failed"]
    test_duration_ms: float | None = None
    fault: str | None = None


class QualityCheck(Value):
    """The mean ssim of recent conversions against AI_QUALITY_THRESHOLD; unknown: there were too few."""

    status: Literal["ok", "low", "unknown"]
    recent_ssim: float | None = None
    conversions: int = Field(description="In the last quarter of an hour, or since the service began.")
    threshold: float


class Checks(Value):
    """What was looked at."""

    models: dict[str, ModelCheck]
    performance: PerformanceCheck
    quality: QualityCheck
    environment: dict[str, str]


class AiStatus(Value):
    """State of the service; `fault`: why it is degraded, or why the models are not in use."""

    ai_status: State | Literal["degraded"] = Field(
        description="degraded: the models are in use, and the recent mean ssim is below AI_QUALITY_THRESHOLD."
    )
    timestamp: datetime
    fault: str | None = None
    checks: Checks
