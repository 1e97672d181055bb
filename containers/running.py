"""A container of an image of the service, on this machine's network, with a root that it cannot write to."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import psutil

from containers.engine import CommandEngine

_STOP_WITHIN_S = 60
_LINES = 50


@dataclass(frozen=True)
class Container:
    """
    A container that was started.

    Attributes:
        engine: What runs it.
        name: By which the engine knows it.
        pid: Its first process, as this machine numbers it; 0 where it ended at once.
    """

    engine: CommandEngine
    name: str
    pid: int

    def exit_code(self) -> int | None:
        """What it ended with; None while it runs."""
        # An engine that is asked again and again takes processor time from a service that starts.
        if psutil.pid_exists(self.pid) or _told(self.engine, self.name, "{{.State.Running}}") == "true":
            return None
        return int(_told(self.engine, self.name, "{{.State.ExitCode}}"))

    def output(self) -> str:
        """The last that it printed."""
        return f"the last that it printed:\n{self.engine.logs(self.name, _LINES)}"

    def stop(self) -> int:
        """Ask it to end, wait until it has, and give its exit code. It is killed after a minute."""
        self.engine.call(["stop", "-t", str(_STOP_WITHIN_S), self.name], f"{self.name} could not be stopped")
        return int(_told(self.engine, self.name, "{{.State.ExitCode}}"))


@contextmanager
def running(engine: CommandEngine, image: str, port: int, options: Sequence[str] = ()) -> Iterator[Container]:
    """
    A container that was started, and is gone after the block; whether it is ready is not known.

    Args:
        engine: What runs it.
        image: What it is made from.
        port: Where it is to answer.
        options: Further ones of the engine's.

    Raises:
        ContainerFault: the engine could not start it.
    """
    name, failed = f"svgai-{port}", f"{image} could not be started"
    own = ["--name", name, "--network", "host", "--read-only", "--env", f"PORT={port}"]
    engine.call(["create", *own, *options, image], failed)
    try:
        engine.call(["start", name], failed)
        yield Container(engine, name, int(_told(engine, name, "{{.State.Pid}}")))
    finally:
        engine.call(["rm", "--force", "--volumes", name], f"{name} could not be removed")


def _told(engine: CommandEngine, name: str, template: str) -> str:
    return engine.call(["inspect", "--format", template, name], f"{name} is no container").strip()
