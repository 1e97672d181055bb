"""What a service keeps of images that it converted, as the quality store has it."""

from collections.abc import Sequence
from datetime import UTC, datetime

from svgai.describe.features import FEATURE_NAMES
from svgai.outcomes.outcome import Outcome
from svgai.trace.parameters import TracingParameters

NOW = datetime(2026, 3, 1, tzinfo=UTC)
FEATURES = tuple(0.01 * place for place in range(len(FEATURE_NAMES)))
MEASURED = {"ssim": 0.96, "worst": 0.85, "edge_ssim": 0.9, "delta_e": 1.0, "bytes": 700, "paths": 4}


def tried(parameters: TracingParameters, chance: float | None = None, **measured: float) -> dict[str, object]:
    """A tracing that was tried."""
    return {
        "parameters": parameters.model_dump(),
        "measured": MEASURED | measured,
        "seconds": 0.2,
        "chance": chance,
    }


def converted(
    name: str,
    tracings: Sequence[dict[str, object]],
    created_at: datetime = NOW,
    features: tuple[float, ...] = FEATURES,
    **other: object,
) -> Outcome:
    """The conversion of the image of this name."""
    fields = {
        "conversion_id": name,
        "created_at": created_at,
        "image_sha256": name.partition("-")[0],
        "features": features,
        "logo_type": "simple",
        "confidence": 0.9,
        "target": 0.95,
        "min_worst": 0.8,
        "tried": tuple(tracings),
        **other,
    }
    return Outcome.model_validate(fields)
