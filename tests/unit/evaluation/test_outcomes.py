"""Outcomes that are kept in a file."""

import ast
from pathlib import Path

import pytest

import evaluation
from evaluation.methods.all_methods import Comparison, Outcome, Question
from evaluation.methods.fixed_tracings import FixedTracings
from evaluation.outcomes import COMPARING, made_of, read_outcomes, write_outcomes
from svgai.errors import DatasetFault
from svgai.logo_types import LOGO_TYPES
from tests.fakes.tiny_models import TRACINGS
from training.data.datasets import Sample

OUTCOME = Outcome(
    *("a", "a", "text", "text", (0.1, 0.7, 0.1, 0.1), "0.9", 0.9, "ours"),
    ssim=0.95,
    worst=0.85,
    edge_ssim=0.9,
    delta_e=1 / 3,
    bytes=100,
    paths=2,
    met=True,
    seconds=0.1,
    trials=1,
    judge_ssim=0.97,
    judge_butteraugli=21.5,
    judge_edge=0.5,
)
SAMPLE = Sample("a", "text", "a", b"pixels")
COMPARISON = Comparison(
    (Question("0.9", dict.fromkeys(LOGO_TYPES, 0.9), FixedTracings(TRACINGS[0], {})),), 3.0, 0.8, oracle=True
)


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    """Number for number, under the same keys, in a folder that is made."""
    path = tmp_path / "new" / "outcomes.parquet"
    kept = {"one": [OUTCOME, OUTCOME], "other": [OUTCOME]}
    write_outcomes(kept, path)
    assert read_outcomes(path) == kept
    assert [file.name for file in path.parent.iterdir()] == ["outcomes.parquet"]


def test_no_file_keeps_nothing(tmp_path: Path) -> None:
    """And nothing makes no file."""
    write_outcomes({}, tmp_path / "none.parquet")
    assert read_outcomes(tmp_path / "none.parquet") == {}


def test_another_file_is_a_fault(tmp_path: Path) -> None:
    """It is not overwritten after hours of measuring."""
    path = tmp_path / "outcomes.parquet"
    path.write_bytes(b"garbage")
    with pytest.raises(DatasetFault, match="holds no outcomes"):
        read_outcomes(path)
    with pytest.raises(DatasetFault, match="is a folder"):
        read_outcomes(tmp_path)


def test_outcomes_are_of_an_image_models_and_a_comparison() -> None:
    """Any other of these is measured anew; the same is not."""
    key = made_of("1", COMPARISON)(SAMPLE)
    assert key == made_of("1", COMPARISON)(Sample("a", "text", "a", b"pixels"))
    others = {
        made_of("2", COMPARISON)(SAMPLE),
        made_of("1", Comparison(COMPARISON.questions, 2.0, 0.8, oracle=True))(SAMPLE),
        made_of("1", Comparison(COMPARISON.questions, 3.0, 0.7, oracle=True))(SAMPLE),
        made_of("1", COMPARISON)(Sample("a", "text", "a", b"other pixels")),
    }
    assert len({key, *others}) == 5


def test_the_key_is_of_all_the_code_that_compares() -> None:
    """Every module that the comparison imports, at however many removes, lies in a package that the key is of."""
    root = Path(evaluation.__file__).parents[1]
    waiting, reached = ["evaluation.methods.all_methods"], set[str]()
    while waiting:
        name = waiting.pop()
        reached.add(name)
        nodes = ast.walk(ast.parse(root.joinpath(*name.split(".")).with_suffix(".py").read_text()))
        imported = {str(node.module) for node in nodes if isinstance(node, ast.ImportFrom)}
        waiting += sorted(each for each in imported - reached if each.split(".")[0] in {"evaluation", "training"})
    assert len(reached) > 5
    assert all(name.rpartition(".")[0] in COMPARING for name in reached)
