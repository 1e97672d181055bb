"""Experiments are kept, stopped and read alike by SQLite and PostgreSQL."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import numpy as np
import pytest

from learning.experiments.arm_outcomes import observations_of
from learning.experiments.metrics import ATTAINMENT, BYTES, RATING, SECONDS
from svgai.arms import Experiment
from svgai.outcomes.experiments import Experiments
from svgai.outcomes.outcome import now, shadowed_id
from svgai.outcomes.quality_database import QualityDatabase
from tests.fakes.outcomes import outcome, rating

pytestmark = pytest.mark.integration

SHADOW = Experiment("classifier:1,optimizer:2", "classifier:1,optimizer:3", "shadow", 1.0)
SPLIT = Experiment("classifier:1,optimizer:2", "classifier:1,optimizer:3", "split", 0.1)


def test_services_that_begin_it_together_have_one(database: QualityDatabase) -> None:
    """None of them fails, and all see it stopped, with the reason."""
    experiments = Experiments(database)
    with ThreadPoolExecutor(4) as threads:
        began = list(threads.map(experiments.begin, [SHADOW] * 8))
    assert len({known.began for known in began}) == 1
    assert abs(now() - began[0].began) < timedelta(minutes=1)

    experiments.stop(SHADOW.name, "attainment fell, größer als erlaubt")

    known = experiments.begin(SHADOW)
    assert known.reason == "attainment fell, größer als erlaubt"
    assert known.stopped is not None
    assert abs(now() - known.stopped) < timedelta(minutes=1)
    assert [one.name for one in experiments.stopped()] == [SHADOW.name]


def test_pairs_are_read(database: QualityDatabase) -> None:
    """With what the stages took, and without what failed for the champion's sake."""
    known = Experiments(database).begin(SHADOW)
    common = {"experiment": SHADOW.name, "created_at": now() + timedelta(seconds=1)}
    for number, size in enumerate((500, 2000)):
        name = f"{number:032x}"
        of_image = common | {"image_sha256": f"{number:064x}"}
        database.write([outcome(name, arm="champion", seconds={"processor": 0.1}, **of_image)])
        made = {"bytes": size, "met": size < 1000, "seconds": {"processor": 0.2}}
        database.write([outcome(shadowed_id(name), arm="challenger", **made, **of_image)])
    assert [one.name for one in Experiments(database).active()] == [SHADOW.name]

    seen = observations_of(database, known)

    order = np.argsort(seen.values[BYTES])
    assert seen.values[BYTES][order] == pytest.approx(np.log([0.5, 2]))
    assert seen.values[ATTAINMENT][order].tolist() == [0, -1]
    assert seen.values[SECONDS] == pytest.approx(np.log([2, 2]))


def test_a_split_is_read_with_its_ratings(database: QualityDatabase) -> None:
    """Each conversion for its arm; rows of no experiment are not read."""
    known = Experiments(database).begin(SPLIT)
    later = now() + timedelta(seconds=1)
    database.write(
        [
            outcome("a", arm="champion", experiment=SPLIT.name, image_sha256="a" * 64, created_at=later),
            outcome("b", arm="challenger", experiment=SPLIT.name, image_sha256="b" * 64, created_at=later),
            outcome("c", image_sha256="c" * 64, created_at=later),
            rating("b", 4, created_at=later),
        ]
    )

    seen = observations_of(database, known)

    assert seen.of_challenger is not None
    assert seen.of_challenger.tolist() == [False, True]
    assert np.isnan(seen.values[RATING][0])
    assert seen.values[RATING][1] == 4
