"""The trials of a conversion: each tracing with its predicted and measured results, without its SVG."""

from dataclasses import dataclass

from svgai.choose.optimizer import Candidate
from svgai.choose.trials import Trial
from svgai.measure.quality import Quality
from svgai.trace.parameters import TracingParameters


@dataclass(frozen=True)
class TriedTracing:
    """
    One trial.

    Attributes:
        parameters: As they were offered; a conversion may raise their `refine_to`.
        predicted: None where no models were in use, or the portfolio has no such tracing.
        quality: Of what was drawn.
        judged: What choices are based on; differs from `quality` for noisy images.
        seconds: That it took to trace and to measure.
        chosen: Whether it became the answer.
        chance: Its propensity, if it was drawn for exploration; None: it was chosen by the models.
    """

    parameters: TracingParameters
    predicted: Candidate | None
    quality: Quality
    judged: Quality
    seconds: float
    chosen: bool
    chance: float | None = None


class TrialLog:
    """
    Remembers the trials of one conversion.

    Args:
        candidates: predictions for the portfolio; none without models.
    """

    def __init__(self, candidates: tuple[Candidate, ...]) -> None:
        self._predicted = {candidate.parameters: candidate for candidate in candidates}
        self._made: list[tuple[TracingParameters, Trial, float]] = []

    def note(self, parameters: TracingParameters, trial: Trial, seconds: float) -> Trial:
        """Remember the result of the offered parameters, and return it."""
        self._made.append((parameters, trial, seconds))
        return trial

    def tried(self, chosen: Trial) -> tuple[TriedTracing, ...]:
        """All of them, in their order."""
        return tuple(
            TriedTracing(
                parameters,
                self._predicted.get(parameters),
                trial.quality,
                trial.judged,
                seconds,
                chosen=trial is chosen,
            )
            for parameters, trial, seconds in self._made
        )
