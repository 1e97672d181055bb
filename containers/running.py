"""A container of a service image, on the host's network, with a read-only root."""

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
        engine: The engine that runs it.
        name: Its name in the engine.
        pid: Its first process, in the host's numbering; 0 if it ended at once.
    """

    engine: CommandEngine
    name: str
    pid: int

    def exit_code(self) -> int | None:
        """Its exit code; None while it runs."""
        # Polling the engine takes processor time from a service that is starting.
        if psutil.pid_exists(self.pid) or _told(self.engine, self.name, "{{.State.Running}}") == "true":
            return None
        return int(_told(self.engine, self.name, "{{.State.ExitCode}}"))

    def output(self) -> str:
        """Its last output."""
        return f"the last that it printed:\n{self.engine.logs(self.name, _LINES)}"

    def stop(self) -> int:
        """Stop it, wait for its end, and return its exit code. It is killed after a minute."""
        self.engine.call(["stop", "-t", str(_STOP_WITHIN_S), self.name], f"{self.name} could not be stopped")
        return int(_told(self.engine, self.name, "{{.State.ExitCode}}"))


@contextmanager
def running(engine: CommandEngine, image: str, port: int, options: Sequence[str] = ()) -> Iterator[Container]:
    """
    A started container, which is removed after the block; it may not be ready yet.

    Args:
        engine: The engine that runs it.
        image: The image.
        port: The port to listen on.
        options: Further options of the engine.

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
