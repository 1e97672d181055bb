"""Images read out of a quality database, each once, and compared."""

from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest

from svgai.describe.features import FEATURE_NAMES
from svgai.logo_types import LOGO_TYPES
from svgai.model_files.input_reference import CONFIDENCE, TYPE, InputReference, category_histogram, histogram_of
from svgai.outcomes.drift_watch import DriftWatch
from svgai.outcomes.outcome import Outcome, explored_id
from svgai.outcomes.quality_database import QualityDatabase
from tests.fakes.served_images import NOW, converted

START = NOW - timedelta(days=1)


def reference() -> InputReference:
    """Of uniform features, equally many of each type, and a confidence around .9."""
    draw = np.random.default_rng(0)
    histograms = {name: histogram_of(draw.uniform(0, 1, 640)) for name in FEATURE_NAMES}
    histograms |= {TYPE: category_histogram(np.arange(640) % 4, 4), CONFIDENCE: histogram_of(draw.uniform(0.8, 1, 640))}
    return InputReference(histograms=histograms, confidences={"simple": 0.9})


def images(count: int, seed: int, grain: float = 0.0) -> list[Outcome]:
    """Uniform ones, or with more grain."""
    draw = np.random.default_rng(seed)
    place = FEATURE_NAMES.index("grain")
    made = []
    for number in range(count):
        features = draw.uniform(0, 1, len(FEATURE_NAMES))
        features[place] += grain
        made.append(
            converted(
                f"{seed}x{number}",
                [],
                START + timedelta(seconds=number),
                tuple(features),
                logo_type=LOGO_TYPES[number % 4],
                confidence=float(draw.uniform(0.8, 1)),
            )
        )
    return made


@pytest.fixture
def database(tmp_path: Path) -> QualityDatabase:
    """An empty one."""
    made = QualityDatabase(f"sqlite:///{tmp_path / 'quality.db'}")
    made.migrate()
    return made


def watched(database: QualityDatabase) -> DriftWatch:
    watch = DriftWatch(reference(), START - timedelta(days=1))
    while watch.look(database, most=300):
        pass
    return watch


def test_each_image_counts_once(database: QualityDatabase) -> None:
    """Not what comes again, was tried to learn from, failed, or is of another version's features."""
    (first,) = images(1, 1)
    again = first.model_copy(update={"conversion_id": "again"})
    explored = first.model_copy(update={"conversion_id": explored_id("a"), "image_sha256": "e"})
    other = first.model_copy(update={"conversion_id": "o", "image_sha256": "o", "features": (1.0,)})
    failed = Outcome(conversion_id="f", created_at=START, image_sha256="f", error_code="timeout")
    database.write([first, again, explored, other, failed])
    watch = watched(database)
    assert watch.drift.images == 1
    database.write(images(3, 2))
    assert watched(database).drift.images == 4


def test_what_is_written_late_is_looked_at_all_the_same(database: QualityDatabase) -> None:
    """A spool may hand over what was converted long before the last look; looking again changes nothing."""
    made = images(6, 1)
    watch = DriftWatch(reference(), START - timedelta(days=1))
    seen = []
    for part in (made[3:], made[:3], []):
        database.write(part)
        while watch.look(database, most=2):
            pass
        seen.append(watch.drift.images)
    assert seen == [3, 6, 6]


def test_what_is_older_than_asked_for_is_not_looked_at(database: QualityDatabase) -> None:
    """Whenever it was written."""
    database.write(images(6, 1))
    watch = DriftWatch(reference(), START + timedelta(seconds=2))
    while watch.look(database):
        pass
    assert watch.drift.images == 3


def test_what_changed_is_found_and_named(database: QualityDatabase) -> None:
    """One feature of forty; and the accuracy is estimated by what the classifier is sure of."""
    database.write(images(700, 1, grain=0.4))
    watch = watched(database)
    assert [name for name, found in watch.drift.found().items() if found.certain] == ["grain"]
    estimated = {kind: (accuracy, known) for kind, accuracy, known, _ in watch.accuracies()}
    assert estimated["simple"][0] == pytest.approx(0.9, abs=0.02)
    assert estimated["simple"][1] == 0.9
    assert estimated["text"][1] is None
    assert sum(count for *_, count in watch.accuracies()) == 500


def test_nothing_changed_is_nothing_found(database: QualityDatabase) -> None:
    """In as many images."""
    database.write(images(700, 1))
    assert not any(found.certain for found in watched(database).drift.found().values())
