"""Answers to one image before the judge."""

from pathlib import Path

from evaluation.judge.judged_answers import JUDGED, Judged, JudgedAnswers
from evaluation.judge.outside_programs import Programs
from svgai.decode.pixels import encode_png
from svgai.trace.vtracer.shapes import trace_with_defaults
from training.data.datasets import Sample

DRAWING = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 20 20"><circle cx="9" cy="9" r="6"/></svg>'
SAMPLE = Sample("a", None, "a", DRAWING.encode(), 20)
RGBA = SAMPLE.rgba()


def test_a_drawing_is_judged_by_itself() -> None:
    """The drawing is perfect, a tracing of it is not; without butteraugli there is none."""
    answers = JudgedAnswers(SAMPLE, RGBA, Programs())
    perfect, traced = answers.judged("ours", DRAWING), answers.judged("default", trace_with_defaults(RGBA))
    assert perfect.judge_edge == 0
    assert perfect.judge_ssim > traced.judge_ssim
    assert perfect.judge_butteraugli != perfect.judge_butteraugli  # NaN


def test_the_same_answer_is_judged_once(tmp_path: Path) -> None:
    """By whatever method: a program that counts its calls is called for two answers."""
    program, calls = tmp_path / "butteraugli", tmp_path / "calls"
    program.write_text(f"#!/bin/sh\necho >> {calls}\nwc -l < {calls}\n")
    program.chmod(0o755)
    answers = JudgedAnswers(SAMPLE, RGBA, Programs(str(program)))
    said = [answers.judged(method, DRAWING).judge_butteraugli for method in JUDGED]
    assert said == [1.0] * len(JUDGED)
    assert answers.judged("ours", DRAWING.replace("6", "7")).judge_butteraugli == 2.0


def test_nothing_else_is_judged() -> None:
    """No pixels, no searches, and nothing where no programs are given."""
    pixels = Sample("a", None, "a", encode_png(RGBA))
    nothing = str(Judged())
    assert str(JudgedAnswers(pixels, RGBA, Programs()).judged("ours", DRAWING)) == nothing
    assert str(JudgedAnswers(SAMPLE, RGBA, Programs()).judged("random search", DRAWING)) == nothing
    assert str(JudgedAnswers(SAMPLE, RGBA, None).judged("ours", DRAWING)) == nothing
