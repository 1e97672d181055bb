"""What clients send and get: the public forms and answers, and the items that BentoML batches."""

from datetime import datetime
from typing import Annotated, Generic, Literal, Self, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    JsonValue,
    Strict,
    WithJsonSchema,
    model_validator,
)

from svgai.arms import Arm
from svgai.convert.background import BACKGROUND_FORM, checked_background
from svgai.convert.finishing.palette import PALETTE_FORM, palette_of
from svgai.convert.finishing.precision import MOST_DECIMALS
from svgai.convert.monochrome import MONOCHROME_FORM, checked_monochrome
from svgai.convert.real_units import Units
from svgai.errors import SvgAiError, TooLarge
from svgai.logo_types import LogoType
from svgai.measure.promise import Measure
from svgai.outcomes.outcome import COMMENT_LENGTH, LONGEST_IDENTIFIER
from svgai.trace.parameters import Strokes, TracingParameters, whole_number

MOST_IMAGES = 100
"""Images that one request may hold."""

MOST_TRIALS = 16
"""Tracings that one conversion may try."""

_ENCODED: dict[str, JsonValue] = {"type": "string", "contentEncoding": "base64"}
_IMAGE_SCHEMA: dict[str, JsonValue] = {
    **_ENCODED,
    "minLength": 1,
    "description": "The image file in base64 (multipart: the file itself).",
}
_IMAGES_SCHEMA: dict[str, JsonValue] = {
    "type": "array",
    "items": _ENCODED,
    "minItems": 1,
    "maxItems": MOST_IMAGES,
    "description": f"Images in base64, at most {MOST_IMAGES}; each is answered, or refused, by itself.",
}
_LEFT_OUT: dict[str, JsonValue] = {"type": "null"}


def _one_of_both(schema: dict[str, JsonValue]) -> None:
    """Either field is given; the other one is left out, or null."""
    schema["oneOf"] = [
        {"required": ["image"], "properties": {"image": _IMAGE_SCHEMA, "images": _LEFT_OUT}},
        {"required": ["images"], "properties": {"images": _IMAGES_SCHEMA, "image": _LEFT_OUT}},
    ]


# Text first: in JSON it is never anything else, and large images are not looked at twice.
ImageData = Annotated[
    Annotated[str, Strict()] | bytes, Field(union_mode="left_to_right"), WithJsonSchema(_IMAGE_SCHEMA)
]
_FromOne = Annotated[int, Field(ge=1), BeforeValidator(whole_number)]
TargetQuality = Annotated[
    float | None, Field(ge=0, le=1, description="Target ssim; left out: the target of the image's type.")
]
MaxBytes = Annotated[_FromOne | None, Field(description="Largest SVG to propose, in bytes.")]
Background = Annotated[
    str,
    AfterValidator(checked_background),
    Field(
        description="keep: as it is; remove: clear; #rgb or #rrggbb: this colour.",
        json_schema_extra={"pattern": BACKGROUND_FORM},
    ),
]
Monochrome = Annotated[
    str,
    AfterValidator(checked_monochrome),
    Field(
        description="One ink on a clear ground: currentColor, #rgb or #rrggbb; left out: the picture's colours.",
        json_schema_extra={"pattern": MONOCHROME_FORM},
    ),
]
Palette = Annotated[
    str,
    AfterValidator(lambda text: ",".join(palette_of(text))),
    Field(
        description="The only colours, as #rgb or #rrggbb with commas between them; left out: the picture's own.",
        json_schema_extra={"pattern": PALETTE_FORM},
    ),
]

State = Literal["loading", "ready", "disabled", "failed"]
"""Of the models: being loaded, answering, switched off by AI_ENHANCED, or missing or broken."""


class _Value(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class ImageItem(_Value):
    """One image of a batch: a plain PNG, or what the models see of any other, as the bytes of picture and features."""

    plain: bytes = b""
    picture: bytes = b""
    features: bytes = b""


class ClassifyItem(ImageItem):
    """One image to classify."""


class OptimizeItem(ImageItem):
    """One image to find a tracing for."""

    target_quality: float | None = None
    max_bytes: int | None = None


ItemT = TypeVar("ItemT", ClassifyItem, OptimizeItem)


class ApiForm(_Value):
    """A public request body."""


class ImagesForm(ApiForm, Generic[ItemT]):
    """One image, or a list of them that are answered in order."""

    model_config = ConfigDict(json_schema_extra=_one_of_both)

    image: ImageData | None = None
    # One wrong entry is enough to know: millions of them would each be kept as a fault of its own.
    images: Annotated[list[str], WithJsonSchema(_IMAGES_SCHEMA)] | None = Field(None, fail_fast=True)

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if (self.image is None) == (self.images is None):
            raise ValueError("give either image or images")
        if self.images is not None and not self.images:
            raise ValueError("images is empty")
        return self

    @property
    def is_list(self) -> bool:
        return self.images is not None

    def item(self, **seen: bytes) -> ItemT:
        """The item of one image, of which this is known (see ImageItem), with the form's options."""
        raise NotImplementedError

    def image_data(self) -> list[str | bytes]:
        """
        The images, as they were sent.

        Raises:
            TooLarge: there are more than MOST_IMAGES.
        """
        if self.images is None:
            assert self.image is not None
            return [self.image]
        if len(self.images) > MOST_IMAGES:
            raise TooLarge(f"images has {len(self.images)} entries; at most {MOST_IMAGES} are accepted")
        return list(self.images)


class ClassifyForm(ImagesForm[ClassifyItem]):
    """Body of POST /api/classify."""

    def item(self, **seen: bytes) -> ClassifyItem:
        return ClassifyItem(**seen)


class OptimizeForm(ImagesForm[OptimizeItem]):
    """Body of POST /api/optimize."""

    target_quality: TargetQuality = None
    max_bytes: MaxBytes = None

    def item(self, **seen: bytes) -> OptimizeItem:
        return OptimizeItem(**seen, target_quality=self.target_quality, max_bytes=self.max_bytes)


class ConvertForm(ApiForm):
    """Body of POST /api/convert. With `parameters`, exactly that tracing is made."""

    image: ImageData
    target_quality: TargetQuality = None
    min_worst: float | None = Field(
        None, ge=0, le=1, description="Least quality.worst; left out: MIN_WORST; 0 asks for none."
    )
    max_bytes: _FromOne | None = Field(None, description="Largest SVG to give where one can be made, in bytes.")
    parameters: TracingParameters | None = Field(None, description="Trace exactly so, in one trial.")
    max_trials: Annotated[int, Field(ge=1, le=MOST_TRIALS), BeforeValidator(whole_number)] | None = Field(
        None, description="Tracings to try at most."
    )
    strokes: Strokes = Field(
        "auto", description="Lines as strokes: auto: where that suits them; never: outlines alone; only: strokes alone."
    )
    background: Background = "keep"
    units: Units = Field(
        "px", description="Of the SVG's width and height; mm, in: by the resolution of the image file, else 96 an inch."
    )
    precision: Annotated[int, Field(ge=0, le=MOST_DECIMALS), BeforeValidator(whole_number)] | None = Field(
        None, description="Decimals of coordinates in pixels; left out: whole steps of a grid."
    )
    palette: Palette | None = None
    monochrome: Monochrome | None = None
    pretty: bool = Field(False, description="For people to read: ids, groups by colour, line breaks, a comment.")
    cache: bool = Field(True, description="Off: convert anew, whatever an equal request got before.")


_STARS = {"up": 5, "down": 1}
_NO_NULS = r"^[^\x00]*$"


def _rating_or_thumb(schema: dict[str, JsonValue]) -> None:
    schema["oneOf"] = [
        {"required": ["rating"], "properties": {"rating": {"type": "integer"}, "thumb": _LEFT_OUT}},
        {"required": ["thumb"], "properties": {"thumb": {"type": "string"}, "rating": _LEFT_OUT}},
    ]


class FeedbackForm(ApiForm):
    """Body of POST /api/feedback: either a rating or a thumb, which counts as 5 or 1."""

    model_config = ConfigDict(json_schema_extra=_rating_or_thumb)

    conversion_id: str = Field(pattern=r"^[0-9a-f]{32}$", description="Of the answer that is rated.")
    rating: Annotated[int, Field(ge=1, le=5), BeforeValidator(whole_number)] | None = Field(
        None, description="From 1, unusable, to 5, excellent."
    )
    thumb: Literal["up", "down"] | None = Field(None, description="In place of a rating: up is 5, down is 1.")
    comment: str | None = Field(None, max_length=COMMENT_LENGTH, pattern=_NO_NULS, description="In words.")
    identifier: str | None = Field(
        None,
        min_length=1,
        max_length=LONGEST_IDENTIFIER,
        pattern=_NO_NULS,
        description="Of who rates; the same one again replaces what it said of this answer before.",
    )

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if (self.rating is None) == (self.thumb is None):
            raise ValueError("give either rating or thumb")
        return self

    @property
    def stars(self) -> int:
        """From 1 to 5."""
        return self.rating if self.rating is not None else _STARS[self.thumb or "up"]


class ErrorBody(_Value):
    """What went wrong with one image of a list."""

    code: str
    message: str


class ItemFault(_Value):
    """In place of an answer, for one image of a list."""

    error: ErrorBody
    status: int = Field(exclude=True)
    detail: str | None = Field(None, exclude=True)

    @classmethod
    def of(cls, fault: SvgAiError) -> Self:
        error = ErrorBody(code=fault.code, message=fault.message)
        return cls(error=error, status=fault.status, detail=fault.detail)


class Probabilities(_Value):
    """Probability of each image type; they sum to 1."""

    simple: float
    text: float
    gradient: float
    complex: float


class ClassifyAnswer(_Value):
    """The type of one image."""

    type: LogoType
    confidence: float = Field(description="Probability of the type.")
    probabilities: Probabilities
    model_version: str


class PredictedQuality(_Value):
    """What a tracing is predicted to give; `ssim_low` is a calibrated lower bound."""

    ssim: float
    ssim_low: float
    worst: float
    edge_ssim: float
    delta_e: float
    bytes: int
    seconds: float = Field(description="What tracing takes on the machine that the tracings were measured on.")


class PredictedCandidate(_Value):
    """One tracing and what it is predicted to give."""

    parameters: TracingParameters
    predicted: PredictedQuality


class OptimizeAnswer(_Value):
    """The proposed tracing of one image, and the predicted Pareto front (ssim against bytes) that it is taken from."""

    type: LogoType
    target_quality: float
    parameters: TracingParameters
    predicted: PredictedQuality
    candidates: list[PredictedCandidate]
    model_version: str


class MeasuredQuality(_Value):
    """What the SVG measures against its source."""

    ssim: float
    worst: float = Field(description="ssim of the poorest place.")
    edge_ssim: float
    delta_e: float
    bytes: int
    paths: int
    measured_px: int = Field(description="Longest side, in pixels, at which both were compared.")


class ConvertAnswer(_Value):
    """One SVG and its measured quality."""

    svg: str
    parameters: TracingParameters
    quality: MeasuredQuality
    target_quality: float
    min_worst: float
    met_target: bool = Field(description="Whether nothing was missed.")
    missed: list[Measure] = Field(description="What fell short of the promise.")
    trials: int = Field(description="Tracings that were made and measured.")
    type: LogoType | None = Field(description="null where the models were not used.")
    ai: Literal["used", "disabled"] = Field(description="disabled: fixed tracings, because no models are loaded.")
    cached: bool = Field(False, description="Whether the conversion was made for an equal request.")
    conversion_id: str
    model_version: str
    arm: Arm | None = Field(
        None, exclude_if=lambda arm: arm is None, description="Of the experiment; only where there is one."
    )


class BatchAnswer(_Value):
    """Answers to a list of images, in its order."""

    results: list[ClassifyAnswer | OptimizeAnswer | ItemFault]


class ErrorDetail(_Value):
    """The one shape of every error."""

    code: str
    message: str
    request_id: str


class ErrorAnswer(_Value):
    """Body of every answer from status 400 on."""

    error: ErrorDetail


class ModelCheck(_Value):
    """One model's file."""

    status: Literal["loaded", "not_loaded"]
    size_mb: float | None = None
    version: str | None = None
    run_id: str | None = None


class PerformanceCheck(_Value):
    """A conversion of a small built-in image, made for this answer; busy: too many others wait for it to be made."""

    status: Literal["ok", "busy", "failed"]
    test_duration_ms: float | None = None
    fault: str | None = None


class QualityCheck(_Value):
    """The mean ssim of recent conversions against AI_QUALITY_THRESHOLD; unknown: there were too few."""

    status: Literal["ok", "low", "unknown"]
    recent_ssim: float | None = None
    conversions: int = Field(description="In the last quarter of an hour, or since the service began.")
    threshold: float


class Checks(_Value):
    """What was looked at."""

    models: dict[str, ModelCheck]
    performance: PerformanceCheck
    quality: QualityCheck
    environment: dict[str, str]


class AiStatus(_Value):
    """State of the service; `fault` says why the models are not in use, where that is not a setting, or degraded."""

    ai_status: State | Literal["degraded"] = Field(
        description="degraded: the models are in use, and the recent mean ssim is below AI_QUALITY_THRESHOLD."
    )
    timestamp: datetime
    fault: str | None = None
    checks: Checks
