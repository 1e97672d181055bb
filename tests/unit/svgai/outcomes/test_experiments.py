"""Experiments in a quality database, and their switches."""

from dataclasses import replace
from datetime import timedelta

import pytest

from svgai.arms import Experiment
from svgai.errors import QualityStoreFault
from svgai.outcomes.experiments import LATELY, Experiments
from svgai.outcomes.outcome import now
from svgai.outcomes.quality_database import QualityDatabase
from tests.fakes.outcomes import outcome

SPLIT = Experiment("classifier:1,optimizer:2", "classifier:1,optimizer:3", "split", 0.1)
SHADOW = replace(SPLIT, mode="shadow")


def test_an_experiment_begins_once(database: QualityDatabase) -> None:
    """A service that is started again finds it as it was; its time has a zone."""
    experiments = Experiments(database)
    began = experiments.begin(SPLIT)

    assert experiments.begin(SPLIT) == began
    assert began.experiment == SPLIT
    assert (began.stopped, began.reason) == (None, None)
    assert timedelta() <= now() - began.began < timedelta(minutes=1)


def test_what_was_stopped_stays_so(database: QualityDatabase) -> None:
    """For every service that begins it again; the first reason stays, and other experiments go on."""
    experiments = Experiments(database)
    experiments.begin(SPLIT)
    experiments.begin(SHADOW)
    experiments.stop(SPLIT.name, "slow")
    experiments.stop(SPLIT.name, "another reason")

    stopped = experiments.begin(SPLIT)
    assert (stopped.stopped is not None, stopped.reason) == (True, "slow")
    assert [known.name for known in experiments.stopped()] == [SPLIT.name]
    assert experiments.begin(SHADOW).stopped is None
    assert [known.name for known in experiments.all()] == [SPLIT.name, SHADOW.name]
    assert experiments.find("another") is None


def test_active_is_what_had_conversions_lately(database: QualityDatabase) -> None:
    """An experiment that is over, or was stopped, is not looked at any more."""
    experiments = Experiments(database)
    experiments.begin(SPLIT)
    experiments.begin(SHADOW)
    database.write([outcome("one", experiment=SPLIT.name, created_at=now())])
    database.write([outcome("two", experiment=SHADOW.name, created_at=now() - 2 * LATELY)])
    assert [known.name for known in experiments.active()] == [SPLIT.name]

    experiments.stop(SPLIT.name, "slow")

    assert experiments.active() == []


def test_a_database_that_is_not_there_is_a_fault() -> None:
    """It is told as every fault of the quality database."""
    with pytest.raises(QualityStoreFault, match="quality database"):
        Experiments(QualityDatabase("sqlite:////nowhere/quality.db")).all()
