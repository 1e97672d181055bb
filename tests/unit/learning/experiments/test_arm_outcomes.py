"""From rows of a quality database to what arms are compared by."""

from datetime import datetime, timedelta
from typing import Any

import numpy as np
import pytest

from learning.experiments.arm_outcomes import observations_of
from learning.experiments.metrics import ATTAINMENT, BYTES, RATING, SECONDS, WORST, Observations
from svgai.arms import Experiment
from svgai.outcomes.experiments import Experiments
from svgai.outcomes.outcome import Outcome, now, shadowed_id
from svgai.outcomes.quality_database import QualityDatabase
from tests.fakes.outcomes import outcome, rating

SPLIT = Experiment("classifier:1,optimizer:2", "classifier:1,optimizer:3", "split", 0.1)
SHADOW = Experiment("classifier:1,optimizer:2", "classifier:1,optimizer:3", "shadow", 1.0)


def test_each_image_of_a_split_counts_once_for_its_arm(database: QualityDatabase) -> None:
    """In the order in which it came first; an experiment's rows are its own."""
    rows = [
        _row("a", 0, "champion", bytes=1000, worst=0.9),
        _row("b", 1, "challenger", bytes=500, met=False, worst=0.7),
        _row("a-again", 2, "champion", image="a", bytes=1),
        _row("c", 3, "champion", experiment="another"),
        _row("d", 4, None, experiment=None),
    ]

    seen = _seen(database, SPLIT, rows)

    assert seen.of_challenger is not None
    assert seen.of_challenger.tolist() == [False, True]
    assert seen.share == 0.1
    assert seen.values[BYTES] == pytest.approx(np.log([1000, 500]))
    assert seen.values[ATTAINMENT].tolist() == [1, 0]
    assert seen.values[WORST].tolist() == [0.9, 0.7]
    assert seen.values[SECONDS] == pytest.approx(np.log([0.2, 0.2]))
    assert np.isnan(seen.values[RATING]).all()


def test_a_failure_of_the_service_has_attained_nothing(database: QualityDatabase) -> None:
    """One of the client's own making counts for neither arm."""
    failed: dict[str, Any] = {"met": None, "bytes": None, "worst": None, "seconds": {"total": 10.0}}
    rows = [
        _row("a", 0, "challenger", error_code="timeout", **failed),
        _row("b", 1, "champion", error_code="invalid_image", **failed),
        _row("c", 2, "champion", error_code="client_gone", **failed),
        _row("d", 3, "champion"),
    ]

    seen = _seen(database, SPLIT, rows)

    assert seen.values[ATTAINMENT].tolist() == [0, 1]
    assert [np.isnan(seen.values[metric][0]) for metric in (BYTES, WORST, SECONDS)] == [True] * 3


def test_ratings_come_by_their_conversion(database: QualityDatabase) -> None:
    """Of several for one answer the mean counts."""
    database.write([rating("a", 2, created_at=_at(10)), rating("a", 3, "b", created_at=_at(11))])

    seen = _seen(database, SPLIT, [_row("a", 0, "champion"), _row("b", 1, "champion")])

    assert seen.values[RATING].tolist()[:1] == [2.5]
    assert np.isnan(seen.values[RATING][1])


def test_in_shadow_both_answers_to_an_image_are_a_pair(database: QualityDatabase) -> None:
    """Their differences count, in the order in which the challenger was done; what has no other half is left out."""
    rows = [
        _row("a", 0, "champion", bytes=1000, worst=0.9),
        _row("b", 1, "champion", bytes=800),
        _row("c", 2, "champion"),
        _row(shadowed_id("b"), 3, "challenger", image="b", bytes=400, met=False),
        _row(shadowed_id("a"), 4, "challenger", image="a", bytes=2000, worst=0.8, seconds={"processor": 0.4}),
        _row("a2", 5, "champion", image="a"),
        _row(shadowed_id("a2"), 6, "challenger", image="a", bytes=1),
    ]

    seen = _seen(database, SHADOW, rows)

    assert seen.of_challenger is None
    assert seen.values[BYTES] == pytest.approx(np.log([0.5, 2]))
    assert seen.values[ATTAINMENT].tolist() == [-1, 0]
    assert seen.values[WORST] == pytest.approx([0, -0.1])
    assert seen.values[SECONDS] == pytest.approx([0, np.log(2)])


def test_without_rows_there_is_nothing(database: QualityDatabase) -> None:
    """A new experiment has no items, in either mode."""
    assert [_seen(database, experiment, []).items for experiment in (SPLIT, SHADOW)] == [0, 0]


def _seen(database: QualityDatabase, experiment: Experiment, rows: list[Outcome]) -> Observations:
    known = Experiments(database).begin(experiment)
    named = {"this": experiment.name}
    database.write(
        [row.model_copy(update={"experiment": named.get(row.experiment or "", row.experiment)}) for row in rows]
    )
    return observations_of(database, known)


def _row(name: str, second: int, arm: str | None, image: str | None = None, **other: object) -> Outcome:
    fields: dict[str, object] = {"experiment": "this", "worst": 0.85, "seconds": {"processor": 0.2, "total": 9.0}}
    return outcome(name, created_at=_at(second), image_sha256=(image or name)[:1] * 64, arm=arm, **fields | other)


def _at(second: int) -> datetime:
    """So many seconds after an experiment has begun."""
    return now() + timedelta(minutes=1, seconds=second)
