"""An evaluation as a section of a document."""

from pathlib import Path

import pytest

from evaluation.report.evaluation_figures import Evaluation
from evaluation.report.evaluation_report import report
from tests.inputs.evaluation_cases import evaluation


@pytest.fixture
def document(tmp_path: Path) -> Path:
    """Where the report goes."""
    return tmp_path / "evaluation.md"


@pytest.mark.slow
def test_a_report_tells_how_it_was_made_and_on_what(document: Path) -> None:
    """The command first, then images, brands and what was left out; links are relative to the document."""
    found = evaluation()
    skipped = Evaluation(found.outcomes, (("bad.png", "damaged"),), ())
    pictures = {"Quality": document.parent / "images" / "evaluation-real-quality.png"}
    text = report(skipped, "svgai evaluate --dataset logos", pictures, document)
    assert text.startswith("    svgai evaluate --dataset logos\n\n6 images of 6 brands; 1 could not be read or traced")
    assert text.endswith("![Quality](images/evaluation-real-quality.png)")


@pytest.mark.slow
def test_figures_are_tables_with_intervals(document: Path) -> None:
    """One for each target, one by type, then what is measured once."""
    text = report(evaluation(), "svgai evaluate", {}, document)
    assert text.index("**By the judge**") < text.index("**At a target of 0.9**")
    ours = next(line for line in text.splitlines() if line.startswith("| ours |"))
    assert ours.startswith("| ours | 83 % (50 to 100) | 83 % (50 to 100) | .900 (")
    assert "| 0.95 | simple | 3 | 100 % (100 to 100) | 67 % (0 to 100) | 3,600 (3,600 to 3,600) |" in text
    assert "**At equal bytes**: on 6 images" in text
    assert "**Classifier**: right on 50.0 % of the labelled images (recall: simple 0.0 %, text 100.0 %)" in text
    tables = [line for line in text.splitlines() if line.startswith("|")]
    assert {line.count("|") for line in tables} == {10, 12, 15}


def test_what_was_not_measured_is_not_told(document: Path) -> None:
    """No oracle, no gap; no labels, no classifier."""
    found = evaluation().outcomes
    bare = Evaluation(found[found["method"].isin(["default", "ours"])].assign(type="", asked="default"), (), ())
    text = report(bare, "svgai evaluate", {}, document)
    assert "**At each type's default target**" in text
    assert "By type" not in text
    assert "Classifier" not in text
    assert "nan" not in text
