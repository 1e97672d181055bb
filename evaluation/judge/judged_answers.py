"""Judges the answers of several methods to one image, if there is a reference drawing."""

from dataclasses import dataclass

from evaluation.judge.drawing_judge import Judge
from evaluation.judge.outside_programs import Programs
from svgai.array_types import Pixels
from training.data.datasets import Sample

JUDGED = ("default", "default, enlarged", "potrace", "single best", "ours")
"""Methods whose answers are judged; all others are searches around these."""

_NOTHING = float("nan")


@dataclass(frozen=True)
class Judged:
    """The judge's metrics, by their names in outcomes; NaN where nothing was judged or measured."""

    judge_ssim: float = _NOTHING
    judge_butteraugli: float = _NOTHING
    judge_edge: float = _NOTHING


class JudgedAnswers:
    """
    The judge of one image, given its pixels as traced; equal answers are judged once.

    Without programs, or if the image has no drawing, nothing is judged.
    """

    def __init__(self, sample: Sample, rgba: Pixels, programs: Programs | None) -> None:
        height, width = rgba.shape[:2]
        drawing = sample.drawing
        self._judge = Judge(drawing, width, height, programs.butteraugli) if programs and drawing else None
        self._known: dict[str, Judged] = {}

    def judged(self, method: str, svg: str) -> Judged:
        """
        The judge's metrics for a method's answer.

        Raises:
            RenderingFailed: the SVG cannot be rendered.
            ProgramFailed: butteraugli failed.
        """
        if self._judge is None or method not in JUDGED:
            return Judged()
        if svg not in self._known:
            found = self._judge.judge(svg)
            butteraugli = _NOTHING if found.butteraugli is None else found.butteraugli
            self._known[svg] = Judged(found.ssim, butteraugli, found.edge_distance)
        return self._known[svg]
