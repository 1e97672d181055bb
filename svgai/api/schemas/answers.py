"""Bodies of answers: classify, optimize and convert, and errors."""

from dataclasses import asdict
from typing import Literal, Self

from pydantic import (
    Field,
)

from svgai.api.schemas.values import Value
from svgai.arms import Arm
from svgai.errors import SvgAiError
from svgai.logo_types import LogoType
from svgai.measure.promise import Measure
from svgai.measure.quality import Quality
from svgai.trace.parameters import TracingParameters


class ErrorBody(Value):
    """What went wrong with one image of a list."""

    code: str
    message: str


class ItemFault(Value):
    """In place of an answer, for one image of a list."""

    error: ErrorBody
    status: int = Field(exclude=True)
    detail: str | None = Field(None, exclude=True)

    @classmethod
    def of(cls, fault: SvgAiError) -> Self:
        error = ErrorBody(code=fault.code, message=fault.message)
        return cls(error=error, status=fault.status, detail=fault.detail)


class Probabilities(Value):
    """Probability of each image type; they sum to 1."""

    simple: float
    text: float
    gradient: float
    complex: float


class ClassifyAnswer(Value):
    """The type of one image."""

    type: LogoType
    confidence: float = Field(description="Probability of the type.")
    probabilities: Probabilities
    model_version: str


class PredictedQuality(Value):
    """Predicted results of a tracing; `ssim_low` is a calibrated lower bound."""

    ssim: float
    ssim_low: float
    worst: float
    edge_ssim: float
    delta_e: float
    bytes: int
    seconds: float = Field(description="Seconds of tracing on the machine on which the training data was measured.")


class PredictedCandidate(Value):
    """One tracing and its predicted results."""

    parameters: TracingParameters
    predicted: PredictedQuality


class OptimizeAnswer(Value):
    """The proposed tracing of one image, and the predicted Pareto front (ssim against bytes) of the portfolio."""

    type: LogoType
    target_quality: float
    parameters: TracingParameters
    predicted: PredictedQuality
    candidates: list[PredictedCandidate]
    model_version: str


class MeasuredQuality(Value):
    """Measured quality of the SVG against its source."""

    ssim: float
    worst: float = Field(description="Lowest local ssim.")
    edge_ssim: float
    delta_e: float
    bytes: int
    paths: int
    measured_px: int = Field(description="Longest side, in pixels, at which both were compared.")

    @classmethod
    def of(cls, quality: Quality, measured_px: int) -> Self:
        """What was measured at that longest side."""
        return cls(**asdict(quality), measured_px=measured_px)


class ConvertAnswer(Value):
    """One SVG and its measured quality."""

    svg: str
    parameters: TracingParameters
    quality: MeasuredQuality
    target_quality: float
    min_worst: float
    met_target: bool = Field(description="Whether nothing was missed.")
    missed: list[Measure] = Field(description="The limits that were missed.")
    trials: int = Field(description="Tracings that were made and measured.")
    type: LogoType | None = Field(description="null where the models were not used.")
    ai: Literal["used", "disabled"] = Field(description="disabled: fixed tracings, because no models are loaded.")
    cached: bool = Field(False, description="Whether the conversion was made for an equal request.")
    conversion_id: str
    model_version: str
    arm: Arm | None = Field(
        None, exclude_if=lambda arm: arm is None, description="Arm of the A/B test; only while one runs."
    )


class DefaultAnswer(Value):
    """VTracer's own SVG of an image with its default parameters, and its measured quality."""

    svg: str
    quality: MeasuredQuality
    vtracer_version: str


class BatchAnswer(Value):
    """Answers to a list of images, in the same order."""

    results: list[ClassifyAnswer | OptimizeAnswer | ItemFault]


class ErrorDetail(Value):
    """The one format of all errors."""

    code: str
    message: str
    request_id: str


class ErrorAnswer(Value):
    """Body of every answer with a status of 400 or above."""

    error: ErrorDetail
