"""One stored conversion, and a person's rating of it. Neither holds an image."""

from datetime import UTC, datetime
from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

COMMENT_LENGTH = 500
LONGEST_IDENTIFIER = 64

Figure = float | None
"""None also for values that JSON cannot represent; not every database can."""

Figures = dict[str, Figure]


def now() -> datetime:
    """The time in UTC."""
    return datetime.now(UTC)


class Measures(BaseModel):
    """Measured quality of an SVG against its source."""

    model_config = ConfigDict(frozen=True)

    ssim: Figure
    worst: Figure
    edge_ssim: Figure
    delta_e: Figure
    bytes: int
    paths: int


class Tried(BaseModel):
    """
    One tracing that was tried.

    Attributes:
        predicted: ssim, ssim_low, worst, edge_ssim, delta_e, bytes and seconds; none without models.
        judged: Quality against the denoised image; None for an image without noise.
        seconds: That it took.
        chance: Its propensity, if it was drawn for exploration; None if it was chosen for the answer.
    """

    model_config = ConfigDict(frozen=True)

    parameters: dict[str, object]
    predicted: Figures | None = None
    measured: Measures
    judged: Measures | None = None
    seconds: Figure = None
    chance: Figure = None


class Outcome(BaseModel):
    """
    One conversion, answered or not; a field for each column of its table.

    Attributes:
        conversion_id: Of the answer; for a failed conversion it is known only here.
        created_at: When it was finished.
        image_sha256: Of the image file's bytes; None if there are none, as for invalid base64.
        features: In the order of FEATURE_NAMES; None without models.
        target: The ssim that was promised; of one that failed, what its client asked for, if anything.
        predicted: The optimizer's predictions for the chosen tracing, as in Tried.
        ssim, worst, edge_ssim, delta_e, bytes, paths: Measurements of the answer.
        missed: The limits that were missed.
        tried: All tracings that were tried, in their order.
        seconds: By stage, "processor" (of all stages), and "total".
        arm: Which models converted it, if it was part of an A/B test.
        experiment: The name of that.
        cached: Whether it was answered from the cache; then there are no trials.
        key_name: Of the request's API key.
        error_code: Why there is no answer.
    """

    model_config = ConfigDict(frozen=True)

    kind: Literal["conversion"] = "conversion"
    conversion_id: str
    created_at: AwareDatetime = Field(default_factory=now)
    image_sha256: str | None = None
    features: tuple[Figure, ...] | None = None
    logo_type: str | None = None
    confidence: Figure = None
    target: Figure = None
    min_worst: Figure = None
    parameters: dict[str, object] | None = None
    predicted: Figures | None = None
    ssim: Figure = None
    worst: Figure = None
    edge_ssim: Figure = None
    delta_e: Figure = None
    bytes: int | None = None
    paths: int | None = None
    met: bool | None = None
    missed: tuple[str, ...] = ()
    trials: int = 0
    tried: tuple[Tried, ...] = ()
    seconds: Figures = Field(default_factory=dict)
    model_version: str | None = None
    arm: str | None = None
    experiment: str | None = None
    cached: bool = False
    key_name: str | None = None
    error_code: str | None = None


class Rating(BaseModel):
    """
    A person's rating of one answer.

    Attributes:
        identifier: A second rating with the same one replaces the first.
    """

    model_config = ConfigDict(frozen=True)

    kind: Literal["rating"] = "rating"
    conversion_id: str
    identifier: str
    created_at: AwareDatetime = Field(default_factory=now)
    rating: int = Field(ge=1, le=5)
    comment: str | None = Field(default=None, max_length=COMMENT_LENGTH)


_SHADOW = "-shadow"
_EXPLORED = "-explored"


def shadowed_id(conversion_id: str) -> str:
    """The id of a challenger's shadow conversion for the answer with this id."""
    return conversion_id + _SHADOW


def explored_id(conversion_id: str) -> str:
    """The id of an exploratory tracing for the answer with this id."""
    return conversion_id + _EXPLORED


def is_answer(conversion_id: str) -> bool:
    """Whether an id is of a client's answer, not of a shadow conversion."""
    return not conversion_id.endswith((_SHADOW, _EXPLORED))


Record = Annotated[Outcome | Rating, Field(discriminator="kind")]
"""What is kept."""
