"""The row that a conversion becomes."""

from dataclasses import replace

from svgai.choose.optimizer import Candidate
from svgai.convert.tried_tracings import TriedTracing
from svgai.measure.quality import Quality
from svgai.outcomes.outcome import Outcome
from svgai.serve.outcomes.conversion_outcomes import figures_of, with_total
from svgai.trace.parameters import TracingParameters
from tests.fakes.serving_fakes import conversion

SMALL, GOOD = TracingParameters(simplify=4), TracingParameters(upscale=4)
QUALITY = Quality(ssim=0.97, worst=0.85, edge_ssim=0.9, delta_e=0.4, bytes=1200, paths=3)


def candidate(parameters: TracingParameters, size: int) -> Candidate:
    return Candidate(parameters, 0.98, 0.95, 0.9, 0.9, 0.3, size, 0.1)


def kept(**changes: object) -> Outcome:
    return Outcome.model_validate({"conversion_id": "one", **figures_of(conversion(**changes))})


def test_the_prediction_is_that_of_the_chosen_tracing() -> None:
    """All that were tried are there, in their order, each with what was predicted and what was measured."""
    poor = replace(QUALITY, worst=0.3)
    tried = (
        TriedTracing(SMALL, candidate(SMALL, 700), poor, poor, 0.1, chosen=False),
        TriedTracing(GOOD, candidate(GOOD, 1300), QUALITY, QUALITY, 0.2, chosen=True),
    )
    outcome = kept(tried=tried, parameters=GOOD, features=(0.5, 1.0), confidence=0.9)
    assert outcome.predicted
    assert (outcome.predicted["bytes"], outcome.predicted["ssim_low"], outcome.bytes) == (1300, 0.95, 1200)
    assert [(one.parameters["simplify"], one.measured.worst, one.judged) for one in outcome.tried] == [
        (4, 0.3, None),
        (1, 0.85, None),
    ]
    assert (outcome.features, outcome.confidence, outcome.logo_type) == ((0.5, 1.0), 0.9, "simple")


def test_of_a_noisy_image_both_measures_are_kept() -> None:
    """What the answer says, and what choices went by."""
    judged = replace(QUALITY, worst=0.95)
    outcome = kept(tried=(TriedTracing(GOOD, None, QUALITY, judged, 0.2, chosen=True),))
    (one,) = outcome.tried
    assert one.judged
    assert (one.measured.worst, one.judged.worst, one.predicted) == (0.85, 0.95, None)


def test_without_models_nothing_was_predicted() -> None:
    """The rest is there."""
    outcome = kept(logo_type=None, model_version="none")
    assert (outcome.predicted, outcome.features, outcome.logo_type, outcome.ssim) == (None, None, None, 0.97)


def test_the_whole_time_is_beside_that_of_the_stages() -> None:
    """It has the wait for a process in it."""
    stages = {"classifier": 0.01, "optimizer": 0.02, "tracing": 0.1}
    assert with_total(kept(), 0.5).seconds == stages | {"processor": 0.0, "total": 0.5}
