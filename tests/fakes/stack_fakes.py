"""A stack without containers: which replicas run, and which of them nginx sends requests to."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import cast

from stack.compose import Compose
from stack.environment import Environment
from stack.proxy import StackProxy
from stack.release import Release, services_of
from svgai.errors import ContainerFault, StackFault


class Killed(BaseException):
    """What takes the place of kill -9: nothing in the code under test expects it."""


class FakeStack:
    """
    Replicas and nginx; every step of a change can be where the command is killed.

    Attributes:
        runs: The replicas that run.
        sent_to: The sets that nginx sends requests to.
        configured: Those that it would send them to after a start of its own.
        killed_at: The step at which the command is killed; None: never.
        sick: An image whose replicas do not get healthy.
        wrong: A program that finds fault with its files, in whatever container it is called.
    """

    def __init__(self, folder: Path, release: Release) -> None:
        self.folder = folder
        self.images = dict(release.images)
        self.runs = set(services_of(release.live))
        self.sent_to = self.configured = frozenset({release.live})
        self.killed_at: int | None = None
        self.sick = self.wrong = ""
        self.steps = 0
        self.commands: list[tuple[str, ...]] = []
        self.environment = Environment({"COMPOSE_PROJECT_NAME": "fake", "STACK_SUBNET": "10.0.0"})
        self.dry = False
        self.engine = SimpleNamespace(name="podman", call=self._engine, logs=lambda *_: "its log")
        self.log = folder / "answers.log"

    def as_compose(self) -> Compose:
        return cast("Compose", self)

    def as_proxy(self) -> StackProxy:
        return cast("StackProxy", self)

    def change(self, *arguments: str) -> None:
        self._step(lambda: self._changed(arguments))

    def inside(self, service: str, *command: str) -> str:  # noqa: ARG002
        if command[0] == self.wrong:
            raise StackFault(f"{self.wrong}: it is wrong")
        return ""

    def containers(self, service: str, *, running: bool = False) -> list[str]:
        return [service] if service in self.runs or not running else []

    def route(self, release: Release, *, share: int = 0) -> None:  # noqa: ARG002
        to = frozenset({release.live} | ({release.other} if release.phase in {"starting", "canary"} else set()))

        def configure() -> None:
            self.configured = to

        def reload() -> None:
            self.sent_to = to

        self._step(configure)
        self._step(reload)

    def wait_until_drained(self) -> None:
        self._step(lambda: None)

    @contextmanager
    def client(self, *, trial: bool) -> Iterator[None]:
        assert trial
        yield None

    def serves(self) -> bool:
        """Whether all that nginx sends requests to runs, now and after a start of its own."""
        wanted = {service for colour in self.sent_to | self.configured for service in services_of(colour)}
        return wanted <= self.runs

    def _engine(self, command: list[str], failed: str) -> str:
        service = command[-1]
        colour = service.split("-")[0]
        sick = self.sick and self.images.get(colour) == self.sick  # type: ignore[call-overload]
        if service not in self.runs or sick:
            raise ContainerFault(failed)
        return ""

    def _changed(self, arguments: tuple[str, ...]) -> None:
        self.commands.append(arguments)
        if arguments[0] == "up":
            from stack.release import read_release

            release = read_release(self.folder)
            assert release is not None
            self.images = dict(release.images)
            self.runs |= {name for name in arguments if not name.startswith("-")} - {"up"}
        elif arguments[0] == "stop":
            self.runs -= set(arguments[1:])

    def _step(self, done: Callable[[], None]) -> None:
        self.steps += 1
        if self.steps == self.killed_at:
            raise Killed
        done()
