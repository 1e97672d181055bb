"""The state of a deployment on disk: which Bento serves where, and the step in progress."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Literal, Self

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from svgai.errors import DeploymentFault
from svgai.whole_files import write_whole

STATE_FILE = "state.json"

_LONGEST_LINE = 20

Phase = Literal["steady", "starting", "canary", "observing", "draining"]
"""
The phase of a deployment.

steady: one Bento serves. starting: the other one is started and tested. canary: it gets a share of the requests.
observing: it has taken over and is observed, the previous one keeps running. draining: the other one finishes its
requests.
"""


class Service(BaseModel):
    """A Bento served on a loopback port; tag and port identify its process."""

    model_config = ConfigDict(frozen=True)

    bento: str
    port: int

    @property
    def upstream(self) -> str:
        """Its address for the proxy."""
        return f"127.0.0.1:{self.port}"


class State(BaseModel):
    """
    A deployment. Each step is written before it is taken.

    Attributes:
        live: The service that requests go to.
        other: The new one (starting, canary) or the previous one (observing, draining).
        line: The Bentos that served before, oldest first, for rollbacks.
        registry_behind: A former Bento was restored, and the registry has not been updated.
    """

    model_config = ConfigDict(frozen=True)

    host: str
    port: int
    live: Service | None = None
    other: Service | None = None
    phase: Phase = "steady"
    line: tuple[str, ...] = ()
    registry_behind: bool = False
    since: AwareDatetime = Field(default_factory=lambda: datetime.now(UTC))

    def but(self, **changes: object) -> Self:
        """The same with changes, from now on."""
        return self.model_copy(update={"since": datetime.now(UTC), **changes})

    def taken_over(self) -> Self:
        """`other` and `live` are swapped, and the previous one is the target of a rollback."""
        line = (*self.line, self.live.bento)[-_LONGEST_LINE:] if self.live else self.line
        return self.but(live=self.other, other=self.live, phase="observing", line=line)

    def taken_back(self, back: Service | None) -> Self:
        """`back`, the last of the line, serves again, and the registry is behind."""
        return self.but(
            live=back, other=self.live, phase="draining", line=self.line[:-1], registry_behind=back is not None
        )


def read_state(folder: Path) -> State | None:
    """
    The state of the deployment in `folder`; None if there was none yet.

    Raises:
        DeploymentFault: its file is damaged.
    """
    path = folder / STATE_FILE
    try:
        return State.model_validate_json(path.read_bytes())
    except FileNotFoundError:
        return None
    except ValidationError as fault:
        raise DeploymentFault(
            "the deployment", (f"{path} is damaged; stop what still serves, remove it, and deploy again ({fault})",)
        ) from fault


def write_state(folder: Path, state: State) -> None:
    """Replace the state on disk atomically."""
    folder.mkdir(parents=True, exist_ok=True)
    write_whole(folder / STATE_FILE, state.model_dump_json(indent=2) + "\n")
