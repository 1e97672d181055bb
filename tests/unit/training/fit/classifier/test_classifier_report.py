"""What a classifier does with held-out images, as a person reads it."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from svgai.logo_types import LOGO_TYPES
from tests.unit.training.fit.classifier.test_classifier_metrics import sure_of
from training.fit.classifier.classifier_metrics import classifier_metrics
from training.fit.classifier.classifier_report import (
    confusion_table,
    reliability_table,
    types_table,
    write_classifier_report,
)
from training.fit.held_out_report import METRICS_FILE


def test_the_confusion_matrix_has_true_types_in_rows() -> None:
    """One simple image of three is taken for text; a type without images is there all the same."""
    found = confusion_table(sure_of([0, 0, 1, 1], 0.7), np.array([0, 0, 0, 1])).set_index("type")
    assert list(found.index) == list(found.columns) == list(LOGO_TYPES)
    assert (found.loc["simple", "simple"], found.loc["simple", "text"], found.loc["text", "simple"]) == (2, 1, 0)
    assert found.loc["complex"].sum() == 0


def test_precision_and_recall_are_by_type() -> None:
    """Where nothing was taken for a type, or nothing is of it, there is no ratio, rather than a zero."""
    found = types_table(sure_of([0, 0, 1, 1], 0.7), np.array([0, 0, 0, 2])).set_index("type")
    assert found.loc["simple", ["precision", "recall", "images"]].tolist() == pytest.approx([1, 2 / 3, 3])
    assert found.loc["text", "precision"] == 0
    assert found.loc["gradient", "recall"] == 0
    assert found.loc[["gradient", "complex"], "precision"].isna().all()
    assert found.loc[["text", "complex"], "recall"].isna().all()


def test_recall_is_that_of_the_metrics() -> None:
    """The report says nothing else than what the gates judge."""
    draw = np.random.default_rng(1)
    probabilities, labels = draw.dirichlet([1, 1, 1, 1], 80).astype(np.float32), draw.integers(0, 4, 80)
    metrics = classifier_metrics(probabilities, labels)
    found = types_table(probabilities, labels).set_index("type")
    assert {f"recall_{kind}": found.loc[kind, "recall"] for kind in LOGO_TYPES}.items() <= metrics.items()
    assert metrics["accuracy"] == np.trace(confusion_table(probabilities, labels)[list(LOGO_TYPES)].to_numpy()) / 80


def test_reliability_is_how_often_it_is_right_at_each_confidence() -> None:
    """Parts of equal size, least sure first; every image is in one."""
    probabilities = np.concatenate([sure_of([0] * 40, 0.6), sure_of([0] * 40, 0.9)])
    labels = np.array([0, 1] * 20 + [0] * 40)
    found = reliability_table(probabilities, labels)
    assert found["images"].tolist() == [10] * 8
    assert found["confidence"].tolist() == pytest.approx([0.6] * 4 + [0.9] * 4)
    assert found["share_right"].tolist() == [0.5] * 4 + [1] * 4


@pytest.mark.slow
@pytest.mark.parametrize("images", [1, 3, 30])
def test_a_report_is_written_of_however_few_images(images: int, tmp_path: Path) -> None:
    """Tables as a spreadsheet reads them, pictures, and one file with all figures; that of an earlier training goes."""
    (tmp_path / "report").mkdir()
    (tmp_path / "report" / "old.png").touch()
    probabilities, labels = sure_of([0] * images, 0.8), np.zeros(images, np.int64)
    metrics = classifier_metrics(probabilities, labels)
    write_classifier_report(tmp_path, probabilities, labels, metrics)
    tables = {"confusion_matrix", "types", "reliability"}
    pictures = {"confusion_matrix.png", "reliability.png"}
    assert {path.name for path in (tmp_path / "report").iterdir()} == (
        {"metrics.json"} | pictures | {f"{name}.csv" for name in tables}
    )
    for name in pictures:
        assert (tmp_path / "report" / name).read_bytes().startswith(b"\x89PNG")
    written = json.loads((tmp_path / METRICS_FILE).read_text())
    assert written["metrics"] == metrics
    assert set(written["tables"]) == tables
    assert written["tables"]["types"][3] == {
        "type": "complex",
        "precision": None,
        "recall": None,
        "f1": None,
        "images": 0,
    }
    read = pd.read_csv(tmp_path / "report" / "confusion_matrix.csv")
    assert read.set_index("type").loc["simple", "simple"] == images
