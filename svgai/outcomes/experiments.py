"""
The A/B tests in the quality database, and the switch of each.

Services record an A/B test when they start it, and poll whether it was stopped. A process that finds a broken guardrail
stops it here, for all services that share the database, without a restart.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Row, insert, select, update

from svgai.arms import Experiment
from svgai.errors import RecordRefused
from svgai.outcomes.outcome import now
from svgai.outcomes.quality_database import QualityDatabase
from svgai.outcomes.tables import CONVERSIONS, EXPERIMENTS

LATELY = timedelta(hours=1)
"""An A/B test without a conversion for so long is over."""


@dataclass(frozen=True)
class KnownExperiment:
    """
    A stored A/B test.

    Attributes:
        began: When the first service started it.
        stopped: When it was switched off for good; None: it was not.
        reason: Why.
    """

    experiment: Experiment
    began: datetime
    stopped: datetime | None = None
    reason: str | None = None

    @property
    def name(self) -> str:
        return self.experiment.name


class Experiments:
    """The experiments of a quality database, whose tables are up to date."""

    def __init__(self, database: QualityDatabase) -> None:
        self._database = database

    def begin(self, experiment: Experiment) -> KnownExperiment:
        """
        Store an A/B test unless it is known, and return its record.

        Raises:
            QualityStoreFault: the database does not answer.
        """
        if (known := self.find(experiment.name)) is not None:
            return known
        values = {
            "name": experiment.name,
            "champion": experiment.champion,
            "challenger": experiment.challenger,
            "mode": experiment.mode,
            "share": experiment.share,
            "began": now(),
        }
        try:
            with self._database.writing() as connection:
                connection.execute(insert(EXPERIMENTS), values)
        except RecordRefused:  # another service was faster
            pass
        return next(known for known in self.all() if known.name == experiment.name)

    def find(self, name: str) -> KnownExperiment | None:
        """
        The record of the A/B test of a name.

        Raises:
            QualityStoreFault: the database does not answer.
        """
        return next((known for known in self.all() if known.name == name), None)

    def all(self) -> list[KnownExperiment]:
        """
        All experiments, oldest first.

        Raises:
            QualityStoreFault: the database does not answer.
        """
        with self._database.reading() as connection:
            return [_known(row) for row in connection.execute(select(EXPERIMENTS).order_by(EXPERIMENTS.c.began))]

    def active(self) -> list[KnownExperiment]:
        """
        The A/B tests that were not stopped and have recent conversions.

        Raises:
            QualityStoreFault: the database does not answer.
        """
        lately = select(CONVERSIONS.c.experiment).where(CONVERSIONS.c.created_at >= now() - LATELY).distinct()
        with self._database.reading() as connection:
            names = set(connection.execute(lately).scalars())
        return [known for known in self.all() if known.stopped is None and known.name in names]

    def stopped(self) -> list[KnownExperiment]:
        """
        The experiments that were switched off.

        Raises:
            QualityStoreFault: the database does not answer.
        """
        return [known for known in self.all() if known.stopped is not None]

    def stop(self, name: str, reason: str) -> None:
        """
        Switch an A/B test off for good; the first reason is kept.

        Raises:
            QualityStoreFault: the database does not answer.
        """
        stopping = update(EXPERIMENTS).where(EXPERIMENTS.c.name == name, EXPERIMENTS.c.stopped.is_(None))
        with self._database.writing() as connection:
            connection.execute(stopping.values(stopped=now(), reason=reason))


def _known(row: Row[Any]) -> KnownExperiment:
    experiment = Experiment(row.champion, row.challenger, row.mode, row.share)
    return KnownExperiment(experiment, _in_utc(row.began), row.stopped and _in_utc(row.stopped), row.reason)


def _in_utc(time: datetime) -> datetime:
    """SQLite keeps no zone."""
    return time if time.tzinfo else time.replace(tzinfo=UTC)
