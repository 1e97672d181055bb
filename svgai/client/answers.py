"""What the service answers, as frozen values. Fields that a newer service adds are ignored."""

from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict

LogoType = Literal["simple", "text", "gradient", "complex"]
Measure = Literal["ssim", "worst", "delta_e", "bytes"]
Parameters = dict[str, str | bool | int | float]
"""Of a tracing: names and values as docs/API_REFERENCE.md lists them; what an answer holds can be sent again."""


class _Answer(BaseModel):
    model_config = ConfigDict(frozen=True, protected_namespaces=())


class Probabilities(_Answer):
    """Probability of each image type; they sum to 1."""

    simple: float
    text: float
    gradient: float
    complex: float


class ClassifyAnswer(_Answer):
    """The type of one image; `confidence` is its probability."""

    type: LogoType
    confidence: float
    probabilities: Probabilities
    model_version: str


class PredictedQuality(_Answer):
    """Predicted results of a tracing; `ssim_low` is a calibrated lower bound."""

    ssim: float
    ssim_low: float
    worst: float
    edge_ssim: float
    delta_e: float
    bytes: int
    seconds: float


class Candidate(_Answer):
    """One tracing and its predicted results."""

    parameters: Parameters
    predicted: PredictedQuality


class OptimizeAnswer(_Answer):
    """The proposed tracing of one image, and the predicted front (ssim against bytes) that it was chosen from."""

    type: LogoType
    target_quality: float
    parameters: Parameters
    predicted: PredictedQuality
    candidates: list[Candidate]
    model_version: str


class Quality(_Answer):
    """Measured quality of the SVG against its source."""

    ssim: float
    worst: float
    edge_ssim: float
    delta_e: float
    bytes: int
    paths: int
    measured_px: int


class ConvertAnswer(_Answer):
    """
    One SVG and its measured quality.

    `missed` is what fell short of the promise, `type` None without models, `cached` whether it was made for an equal
    request, `arm` None without an experiment.
    """

    svg: str
    parameters: Parameters
    quality: Quality
    target_quality: float
    min_worst: float
    met_target: bool
    missed: list[Measure]
    trials: int
    type: LogoType | None
    ai: Literal["used", "disabled"]
    cached: bool = False
    conversion_id: str
    model_version: str
    arm: Literal["champion", "challenger"] | None = None

    def save(self, path: str | Path) -> None:
        """
        Write the SVG as UTF-8, byte for byte as received.

        Raises:
            OSError: it cannot be written.
        """
        Path(path).write_bytes(self.svg.encode())
