"""The quality database of the settings, and the A/B tests in it."""

from typing import TYPE_CHECKING

from svgai.errors import QualityStoreFault
from svgai.settings import Settings

if TYPE_CHECKING:  # SQLAlchemy takes a while
    from svgai.outcomes.experiments import Experiments, KnownExperiment
    from svgai.outcomes.quality_database import QualityDatabase


def quality_database(settings: Settings) -> "QualityDatabase":
    """
    The quality database, whose tables are up to date.

    Raises:
        QualityStoreFault: it does not answer, or cannot be brought up to date.
    """
    from svgai.outcomes.quality_database import QualityDatabase

    database = QualityDatabase(settings.quality_db_url)
    database.migrate()
    return database


def experiments_here(settings: Settings) -> "Experiments":
    """
    Its experiments.

    Raises:
        QualityStoreFault: as above.
    """
    from svgai.outcomes.experiments import Experiments

    return Experiments(quality_database(settings))


def known_experiment(experiments: "Experiments", name: str | None) -> "KnownExperiment":
    """
    The experiment of a name, or the one that began last.

    Raises:
        QualityStoreFault: there is none, or the database does not answer.
    """
    known = experiments.all()
    found = [one for one in known if name in {None, one.name}]
    if not found:
        there = ", ".join(one.name for one in known) or "none: a service begins one with AB_TESTING_ENABLED"
        raise QualityStoreFault(f"there is no experiment{f' {name}' if name else ''}; there are {there}")
    return found[-1]
