"""What the judge says, as Markdown."""

from evaluation.report.evaluation_figures import Evaluation
from evaluation.report.judge_report import judge_tables
from tests.inputs.evaluation_cases import evaluation


def test_the_judge_is_a_table_for_each_target() -> None:
    """Of the images that were judged, in words for people."""
    text = judge_tables(evaluation())
    assert "**By the judge**, 5 images, ours at a target of 0.9:" in text
    assert "ours at a target of 0.95:" in text
    assert "0.95" not in judge_tables(evaluation(), "0.9")
    assert "| SVG-AI | .980 | .80 | .80 | 1,152 | 22 | 24 | .970 | .50 | .50 | .10 |" in text


def test_without_butteraugli_its_column_is_absent() -> None:
    """And the report says why."""
    outcomes = evaluation().outcomes.assign(judge_butteraugli=float("nan"))
    text = judge_tables(Evaluation(outcomes, (), ()))
    assert "butteraugli" not in text.split("|")[1:-1]
    assert "| SVG-AI | .980 | .80 | .80 | 1,152 | .970 | .50 | .50 | .10 |" in text
    assert text.endswith("butteraugli was not installed, so its figures are missing.")


def test_where_nothing_was_judged_nothing_is_told() -> None:
    """As on a folder of photographs."""
    assert judge_tables(Evaluation(evaluation().outcomes.assign(judge_ssim=float("nan")), (), ())) == ""
