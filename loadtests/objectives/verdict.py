"""The verdict of a load test: figures, objectives, and which of them were missed."""

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
        stopped: Whether the load was ended before its time.
        figures: What was measured.
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
        """Write it as JSON; its folder is made if need be."""
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, self.model_dump_json(indent=2) + "\n")
