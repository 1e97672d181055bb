"""What is remembered of the trials of a conversion."""

from svgai.choose.optimizer import Candidate
from svgai.choose.trials import Trial
from svgai.convert.tried_tracings import TrialLog
from svgai.measure.quality import Quality
from svgai.trace.parameters import TracingParameters

FIRST, SECOND = TracingParameters(simplify=4), TracingParameters(upscale=4)
QUALITY = Quality(ssim=0.97, worst=0.85, edge_ssim=0.9, delta_e=0.4, bytes=1200, paths=3)


def test_each_trial_comes_with_its_prediction() -> None:
    """By the parameters that were offered, though it was drawn with others; one that nobody predicted has none."""
    candidate = Candidate(FIRST, 0.98, 0.95, 0.9, 0.9, 0.3, 1300, 0.1)
    log = TrialLog((candidate,))
    drawn = Trial(FIRST.model_copy(update={"refine_to": 0.9}), "<svg/>", QUALITY)
    assert log.note(FIRST, drawn, 0.2) is drawn
    better = log.note(SECOND, Trial(SECOND, "<svg/>", QUALITY), 0.3)
    first, second = log.tried(better)
    assert (first.predicted, first.seconds, first.chosen) == (candidate, 0.2, False)
    assert (second.predicted, second.seconds, second.chosen) == (None, 0.3, True)
