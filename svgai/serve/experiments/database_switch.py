"""The switch of an experiment in the quality database. SQLAlchemy is loaded at the first look at it."""

from typing import TYPE_CHECKING

from svgai.arms import Experiment
from svgai.serve.experiments.live_experiment import Switch

if TYPE_CHECKING:
    from svgai.outcomes.experiments import Experiments


class DatabaseSwitch:
    """
    Reads switches, each from a thread.

    Args:
        url: of the quality database.
    """

    def __init__(self, url: str) -> None:
        self._url = url
        self._experiments: Experiments | None = None

    def look(self, experiment: Experiment) -> Switch:
        """
        Note an experiment, and tell whether it is on.

        Raises:
            QualityStoreFault: the database does not answer.
        """
        if self._experiments is None:
            self._experiments = _opened(self._url)
        known = self._experiments.begin(experiment)
        return Switch(on=known.stopped is None, reason=known.reason or "")


def _opened(url: str) -> "Experiments":
    from svgai.outcomes.experiments import Experiments  # noqa: PLC0415 - only where there is an experiment
    from svgai.outcomes.quality_database import QualityDatabase  # noqa: PLC0415 - as above

    database = QualityDatabase(url)
    database.migrate()
    return Experiments(database)
