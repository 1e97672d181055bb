"""The verdict of a load test: figures, objectives, and missed objectives."""

from pathlib import Path

from pydantic import BaseModel, ConfigDict

from loadtests.objectives.figures import Figures
from loadtests.objectives.slo import Breach, Slo
from svgai.whole_files import write_whole


class Verdict(BaseModel):
    """
    A load test's outcome.

    Attributes:
        url: The service.
        stopped: Whether the load was ended early.
        figures: The measurements.
        slo: The objectives.
        breaches: Every missed objective.
    """

    model_config = ConfigDict(frozen=True)

    url: str
    stopped: bool
    figures: Figures
    slo: Slo
    breaches: tuple[Breach, ...]

    def write(self, path: Path) -> None:
        """Write it as JSON; its folder is created if needed."""
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, self.model_dump_json(indent=2) + "\n")
