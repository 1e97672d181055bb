"""The stored row of a conversion, from its answer or its error."""

from collections.abc import Mapping
from dataclasses import asdict

from svgai.choose.optimizer import Candidate
from svgai.convert.conversion import Conversion
from svgai.convert.tried_tracings import TriedTracing
from svgai.measure.quality import Quality
from svgai.outcomes.outcome import Figure, Measures, Outcome, Tried

_PREDICTED = ("ssim", "ssim_low", "worst", "edge_ssim", "delta_e", "bytes", "seconds")

FROM_THE_CACHE: Mapping[str, object] = {"cached": True, "tried": (), "seconds": {}}
"""Fields of the Outcome of a cached answer that differ: it has no trials."""


def figures_of(conversion: Conversion) -> dict[str, object]:
    """The fields of its Outcome that a conversion gives."""
    chosen = next((one for one in conversion.tried if one.chosen), None)
    return {
        **asdict(conversion.quality),
        "features": conversion.features,
        "logo_type": conversion.logo_type,
        "confidence": conversion.confidence,
        "target": conversion.promise.target,
        "min_worst": conversion.promise.min_worst,
        "parameters": conversion.parameters.model_dump(),
        "predicted": _predicted(chosen.predicted) if chosen else None,
        "met": not conversion.missed,
        "missed": conversion.missed,
        "trials": conversion.trials,
        "tried": tuple(map(_tried, conversion.tried)),
        "seconds": {**conversion.seconds, "processor": conversion.processor_s},
        "model_version": conversion.model_version,
    }


def with_total(outcome: Outcome, seconds: float) -> Outcome:
    """The outcome with its total time in seconds, including the wait."""
    return outcome.model_copy(update={"seconds": {**outcome.seconds, "total": seconds}})


def _tried(tracing: TriedTracing) -> Tried:
    noisy = tracing.judged is not tracing.quality and tracing.judged != tracing.quality
    return Tried(
        parameters=tracing.parameters.model_dump(),
        predicted=_predicted(tracing.predicted),
        measured=_measures(tracing.quality),
        judged=_measures(tracing.judged) if noisy else None,
        seconds=tracing.seconds,
        chance=tracing.chance,
    )


def _measures(quality: Quality) -> Measures:
    return Measures.model_validate(asdict(quality))


def _predicted(candidate: Candidate | None) -> dict[str, Figure] | None:
    return None if candidate is None else {name: getattr(candidate, name) for name in _PREDICTED}
