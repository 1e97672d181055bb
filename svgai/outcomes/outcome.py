"""One conversion as it is kept, and what a person said of it. Neither holds an image."""

import math
from datetime import UTC, datetime
from typing import Annotated, Literal

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field

COMMENT_LENGTH = 500


def _finite(value: float | None) -> float | None:
    """None for a number that neither JSON nor every database has a form for."""
    return value if value is not None and math.isfinite(value) else None


Figure = Annotated[float | None, AfterValidator(_finite)]


def now() -> datetime:
    """The time in UTC."""
    return datetime.now(UTC)


class Outcome(BaseModel):
    """
    One conversion, answered or not.

    Attributes:
        conversion_id: Of the answer; of a conversion that failed nobody else knows it.
        created_at: When it was done.
        image_sha256: Of the image's bytes as they came.
        features: What the models saw of it, in the order of FEATURE_NAMES; none where no models were in use.
        target: The ssim that was promised; None where it failed before a type was known.
        predicted: What the optimizer said of the chosen tracing: ssim, ssim_low, worst, delta_e, bytes, seconds.
        measured: ssim, worst, edge_ssim, delta_e, bytes and paths of the answer.
        missed: What fell short of the promise.
        seconds: By stage.
        arm: Of the experiment that it was part of.
        key_name: Of the API key that it was asked for with.
        error_code: Why there is no answer.
    """

    model_config = ConfigDict(frozen=True)

    kind: Literal["conversion"] = "conversion"
    conversion_id: str
    created_at: AwareDatetime = Field(default_factory=now)
    image_sha256: str
    features: tuple[Figure, ...] | None = None
    logo_type: str | None = None
    confidence: Figure = None
    target: Figure = None
    min_worst: Figure = None
    parameters: dict[str, object] | None = None
    predicted: dict[str, Figure] | None = None
    measured: dict[str, Figure] | None = None
    met: bool | None = None
    missed: tuple[str, ...] = ()
    trials: int = 0
    seconds: dict[str, Figure] = Field(default_factory=dict)
    model_version: str = "none"
    arm: str | None = None
    key_name: str | None = None
    error_code: str | None = None


class Rating(BaseModel):
    """
    What a person said of one answer.

    Attributes:
        identifier: One that comes again replaces what it said before.
    """

    model_config = ConfigDict(frozen=True)

    kind: Literal["rating"] = "rating"
    conversion_id: str
    identifier: str
    created_at: AwareDatetime = Field(default_factory=now)
    rating: int = Field(ge=1, le=5)
    comment: str | None = Field(default=None, max_length=COMMENT_LENGTH)


Record = Annotated[Outcome | Rating, Field(discriminator="kind")]
"""What is kept."""
