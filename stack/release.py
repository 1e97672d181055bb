"""What serves, what comes or goes, and what served before; compose reads of it which image each set of replicas has."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Literal, Self

import yaml
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from stack.compose import RELEASE_FILE
from svgai.errors import StackFault
from svgai.whole_files import write_whole

STATE_FILE = "release.json"
REPLICAS = 2

Colour = Literal["blue", "green"]

Phase = Literal["steady", "starting", "canary", "draining"]
"""
steady: `live` alone has requests. starting: the other set is started and tested. canary: it gets a share of the
requests. draining: `live` gets them all, and the other set answers what it has begun.
"""


class Release(BaseModel):
    """
    The state of a stack's service.

    Attributes:
        live: The set that serves.
        images: Of both sets; that of the set that does not serve is the one that served before, if it did.
        former: The image that a rollback puts back.
    """

    model_config = ConfigDict(frozen=True)

    live: Colour = "blue"
    images: dict[Colour, str]
    former: str | None = None
    phase: Phase = "steady"
    since: AwareDatetime = Field(default_factory=lambda: datetime.now(UTC))

    @property
    def other(self) -> Colour:
        """The set that does not serve, or not alone."""
        return "green" if self.live == "blue" else "blue"

    @property
    def image(self) -> str:
        """What serves."""
        return self.images[self.live]

    def but(self, **changes: object) -> Self:
        """The same with changes, from now on."""
        return self.model_copy(update={"since": datetime.now(UTC), **changes})

    def with_other(self, image: str) -> Self:
        """Another image in the set that does not serve, which is about to be started."""
        return self.but(images={**self.images, self.other: image}, phase="starting")

    def switched(self) -> Self:
        """The sets have changed places; the one before is drained."""
        return self.but(live=self.other, former=self.image, phase="draining")


def services_of(colour: Colour) -> tuple[str, ...]:
    """Compose's names of a set's replicas."""
    return tuple(f"{colour}-{number}" for number in range(1, REPLICAS + 1))


def read_release(folder: Path) -> Release | None:
    """
    The state of a stack; None where it was never started.

    Raises:
        StackFault: its file is damaged.
    """
    path = folder / STATE_FILE
    try:
        return Release.model_validate_json(path.read_bytes())
    except FileNotFoundError:
        return None
    except ValidationError as fault:
        raise StackFault(f"{path} is damaged; `svgai stack restore` brings it back from a backup ({fault})") from fault


def write_release(folder: Path, release: Release) -> None:
    """Write the state, and first what compose reads of it: whoever is killed between finds both sets as they were."""
    services = {name: {"image": image} for colour, image in release.images.items() for name in services_of(colour)}
    text = yaml.safe_dump({"services": services}, sort_keys=True)
    write_whole(folder / RELEASE_FILE, f"# Written by `svgai stack`: which image each set of replicas has.\n{text}")
    write_whole(folder / STATE_FILE, release.model_dump_json(indent=2) + "\n")
