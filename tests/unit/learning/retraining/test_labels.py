"""Images for people to label, and what comes back."""

import csv
from pathlib import Path

import pytest

from learning.retraining.labels import labelled_features, write_unsure
from svgai.describe.features import FEATURE_NAMES
from svgai.errors import DatasetFault
from svgai.outcomes.quality_database import QualityDatabase
from tests.fakes.served_images import FEATURES, converted


@pytest.fixture
def database(tmp_path: Path) -> QualityDatabase:
    """Of three images, two of which the classifier was unsure of; one came twice."""
    made = QualityDatabase(f"sqlite:///{tmp_path / 'quality.db'}")
    made.migrate()
    images = [("a", 0.5), ("b", 0.9), ("c", 0.3), ("c-again", 0.4)]
    made.write(converted(name, [], confidence=confidence) for name, confidence in images)
    return made


def test_the_least_sure_come_first(database: QualityDatabase, tmp_path: Path) -> None:
    """Each image once, with the guess, and a blank for the type."""
    out = tmp_path / "unsure.csv"
    assert write_unsure(database, out) == 2
    rows = list(csv.DictReader(out.read_text(encoding="utf-8").splitlines()))
    assert [row["image_sha256"] for row in rows] == ["c", "a"]
    assert {(row["type"], row["guess"]) for row in rows} == {("", "simple")}
    assert write_unsure(database, out, most=1) == 1


def test_labels_become_rows_of_features(database: QualityDatabase, tmp_path: Path) -> None:
    """Of images that something is kept of; lines without a type are passed over."""
    labels = tmp_path / "labels.csv"
    labels.write_text("image_sha256,type,guess\nc,text,simple\na,,simple\nlost,simple,text\n")
    rows = labelled_features(database, labels)
    assert rows[["brand", "image", "kind"]].to_numpy().tolist() == [["c", "served/c", "text"]]
    assert rows[list(FEATURE_NAMES)].iloc[0].tolist() == list(FEATURES)


@pytest.mark.parametrize(
    "text, told",
    [
        ("image_sha256,type\nc,logo\n", "unknown types: logo"),
        ("digest,kind\nc,text\n", "no CSV file of labels"),
        ("image_sha256,type\nlost,text\n", "none of the labelled images"),
    ],
)
def test_labels_that_cannot_be_learned_are_refused(
    database: QualityDatabase, tmp_path: Path, text: str, told: str
) -> None:
    """And the message says why."""
    labels = tmp_path / "labels.csv"
    labels.write_text(text)
    with pytest.raises(DatasetFault, match=told):
        labelled_features(database, labels)
