"""Pictures of an evaluation."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from evaluation.methods.all_methods import METHODS
from evaluation.report.evaluation_figures import Evaluation
from evaluation.report.evaluation_pictures import (
    bytes_figure,
    extremes,
    gap_figure,
    quality_figure,
    worst_judged,
    write_pictures,
)
from tests.inputs.evaluation_cases import evaluation

pytestmark = pytest.mark.slow


def test_pictures_are_files_that_begin_alike(tmp_path: Path) -> None:
    """One for each of curves, gaps and reliability, in a folder that is made."""
    written = write_pictures(evaluation(), tmp_path / "images" / "evaluation-real")
    assert [path.name for path in written.values()] == [
        "evaluation-real-quality-bytes.png",
        "evaluation-real-bytes-target.png",
        "evaluation-real-gap-closed.png",
        "evaluation-real-reliability.png",
    ]
    for path in written.values():
        with Image.open(path) as picture:
            assert picture.width > 300


def test_only_what_was_measured_is_drawn(tmp_path: Path) -> None:
    """No oracle, no gap; no labels, no reliability."""
    found = evaluation()
    bare = found.outcomes[found.outcomes["method"] != "oracle"].assign(type="")
    assert list(write_pictures(Evaluation(bare, (), ()), tmp_path / "x")) == ["Quality against bytes"]


def test_every_method_is_a_curve_over_the_targets() -> None:
    """With a point for each target."""
    axes = quality_figure(evaluation().summary()).axes[0]
    assert [line.get_label() for line in axes.get_lines()] == list(METHODS)
    assert all(np.shape(line.get_xydata()) == (2, 2) for line in axes.get_lines())


def test_what_a_target_costs_is_drawn_by_method() -> None:
    """The fewer bytes the better, with targets from left to right as they were asked for."""
    axes = bytes_figure(evaluation().summary()).axes[0]
    assert [label.get_text() for label in axes.get_xticklabels()] == ["0.9", "0.95"]
    assert [line.get_label() for line in axes.get_lines()] == list(METHODS)


def test_gaps_are_drawn_by_target_and_type() -> None:
    """A panel for each target, a place for each type."""
    panels = gap_figure(evaluation().by_type()).axes
    assert [panel.get_title() for panel in panels] == ["target: 0.9", "target: 0.95"]
    assert [label.get_text() for label in panels[0].get_xticklabels()] == ["simple", "text"]


@pytest.mark.parametrize("count, expected", [(2, ["4", "3", "5", "0"]), (9, ["4", "3", "2", "5", "0", "1"])])
def test_best_and_worst_are_told_apart(count: int, expected: list[str]) -> None:
    """The smallest against the defaults first; of the worst what misses the target first; none twice."""
    assert [sample.name for sample in extremes(evaluation(), "0.9", count)] == expected


def names(found: Evaluation, count: int = 2) -> list[str]:
    return [sample.name for sample in worst_judged(found, "0.9", count)]


def test_the_worst_are_the_judge_s() -> None:
    """By butteraugli, else by the distance of edges, else by the least of the ssim map."""
    found = evaluation()
    assert names(found) == ["4", "3"]
    edges = found.outcomes.assign(judge_butteraugli=float("nan"))
    edges.loc[edges["image"] == "2", "judge_edge"] = 9.0
    assert names(replace(found, outcomes=edges)) == ["2", "0"]
    bare = edges.assign(judge_edge=float("nan"))
    bare.loc[bare["image"] == "5", "worst"] = 0.1
    assert names(replace(found, outcomes=bare), 1) == ["5"]


def test_the_worst_are_of_the_first_hundred() -> None:
    """However bad a later one is."""
    found = evaluation(102)
    assert names(found, 1) == ["99"]
