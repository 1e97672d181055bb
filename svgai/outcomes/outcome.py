"""One conversion as it is kept, and what a person said of it. Neither holds an image."""

from datetime import UTC, datetime
from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

COMMENT_LENGTH = 500
LONGEST_IDENTIFIER = 64

Figure = float | None
"""None, too, for what JSON has no form for: neither has every database."""

Figures = dict[str, Figure]


def now() -> datetime:
    """The time in UTC."""
    return datetime.now(UTC)


class Measures(BaseModel):
    """What an SVG measures against its source."""

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
        judged: Against the image without its noise; none where it has none.
        seconds: That it took.
        chance: With which it was drawn, where it was tried to learn from; none where it was chosen for the answer.
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
        conversion_id: Of the answer; of a conversion that failed nobody else knows it.
        created_at: When it was done.
        image_sha256: Of the image file's bytes; none where they could not be told, as of what is no base64.
        features: What the models saw of it, in the order of FEATURE_NAMES; none where no models were in use.
        target: The ssim that was promised; of one that failed, what its client asked for, if anything.
        predicted: What the optimizer said of the chosen tracing, as in Tried.
        ssim, worst, edge_ssim, delta_e, bytes, paths: What the answer measures.
        missed: What fell short of the promise.
        tried: All tracings that were tried, in their order.
        seconds: By stage, "processor" (of all stages), and "total".
        arm: Which models it is by, where it was part of an experiment.
        experiment: The name of that.
        cached: Whether it was made for an equal request before; then nothing was tried for it.
        key_name: Of the API key that it was asked for with.
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


_SHADOW = "-shadow"
_EXPLORED = "-explored"


def shadowed_id(conversion_id: str) -> str:
    """The id of what a challenger made in shadow, beside the answer of this id."""
    return conversion_id + _SHADOW


def explored_id(conversion_id: str) -> str:
    """The id of a tracing that was tried to learn from, beside the answer of this id."""
    return conversion_id + _EXPLORED


def is_answer(conversion_id: str) -> bool:
    """Whether an id is of what a client was answered, and not of what was made beside it."""
    return not conversion_id.endswith((_SHADOW, _EXPLORED))


Record = Annotated[Outcome | Rating, Field(discriminator="kind")]
"""What is kept."""
