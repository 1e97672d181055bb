"""A container of an image of the service, on this machine's network, with a root that it cannot write to."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from containers.engine import CommandEngine

_STOP_WITHIN_S = 60


@dataclass(frozen=True)
class Container:
    """A container by its name."""

    engine: CommandEngine
    name: str

    @property
    def pid(self) -> int:
        """Its first process, as this machine numbers it; 0 where it has ended."""
        return int(self._told("{{.State.Pid}}"))

    def ended(self) -> str | None:
        """How it ended, with the last that it printed; None while it runs."""
        if self._told("{{.State.Running}}") == "true":
            return None
        last = self.engine.call(["logs", "--tail", "5", self.name], f"{self.name} has no log")
        return f"the container ended with code {self._told('{{.State.ExitCode}}')}: {last.strip()}"

    def stop(self) -> int:
        """Ask it to end, wait until it has, and give its exit code. It is killed after a minute."""
        self.engine.call(["stop", "--time", str(_STOP_WITHIN_S), self.name], f"{self.name} could not be stopped")
        return int(self._told("{{.State.ExitCode}}"))

    def _told(self, template: str) -> str:
        told = self.engine.call(["inspect", "--format", template, self.name], f"{self.name} is no container")
        return told.strip()


@contextmanager
def running(engine: CommandEngine, image: str, port: int) -> Iterator[Container]:
    """
    A container that was started, and is gone after the block; whether it is ready is not known.

    Raises:
        ContainerFault: the engine could not start it.
    """
    container = Container(engine, f"svgai-{port}")
    options = ["--detach", "--name", container.name, "--network", "host", "--read-only", "--env", f"PORT={port}"]
    engine.call(["run", *options, image], f"{image} could not be started")
    try:
        yield container
    finally:
        engine.call(["rm", "--force", "--volumes", container.name], f"{container.name} could not be removed")
