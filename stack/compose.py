"""Compose, docker's or podman's, on the files of one stack; what it is called with can be shown instead."""

import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from containers.engine import CommandEngine, find_engine
from stack.environment import Environment
from svgai.errors import StackFault
from svgai.settings import Settings

RELEASE_FILE = "release.yaml"
_PROGRAMS = {"docker": ("docker", "compose"), "podman": ("podman-compose",)}
_SHOWN_LINES = 12
_PROJECT_LABEL, _SERVICE_LABEL = "com.docker.compose.project", "com.docker.compose.service"


@dataclass(frozen=True)
class Compose:
    """
    Compose on one stack.

    Attributes:
        program: The command, with what always goes before its arguments.
        engine: What it starts containers with.
        folder: Of the stack.
        environment: The stack's .env.
        show: Called with each command that changes something.
        dry: Whether commands that change something are only shown.
    """

    program: tuple[str, ...]
    engine: CommandEngine
    folder: Path
    environment: Environment
    show: Callable[[str], None]
    dry: bool = False

    def change(self, *arguments: str, given: Path | None = None) -> None:
        """
        Run a command that changes something, with a file as its input.

        Raises:
            StackFault: it failed; the message ends with what it said.
        """
        command = [*self._files(), *arguments]
        self.show(shlex.join(command) + (f" <{given}" if given else ""))
        if not self.dry:
            self._run(command, shlex.join(arguments), given=given)

    def change_inside(self, service: str, *command: str) -> None:
        """Run a program that changes something in the container of a service. Raises StackFault where it fails."""
        self.show(shlex.join([*self._files(), "exec", "-T", service, *command]))
        if not self.dry:
            self.inside(service, *command)

    def inside(self, service: str, *command: str, into: Path | None = None) -> str:
        """
        What a program prints in the container of a service, or nothing where that goes into a file.

        It changes nothing, so it is run even when dry, by the engine: compose does the same after it has read all of
        its files, for two seconds and more.

        Raises:
            StackFault: it failed, or the service does not run; the message ends with what it said.
        """
        running = self.containers(service, running=True)
        if not running:
            raise StackFault(f"{service} does not run; `svgai stack up` starts it")
        named = f"{shlex.join(command)} in {service}"
        return self._run([self.engine.program, "exec", running[0], *command], named, into=into)

    def containers(self, service: str | None = None, *, running: bool = False) -> list[str]:
        """The ids of the containers of a service, or of all."""
        labels = [f"{_PROJECT_LABEL}={self.environment['COMPOSE_PROJECT_NAME']}"]
        labels += [f"{_SERVICE_LABEL}={service}"] if service else []
        filters = [f"--filter=label={label}" for label in labels]
        every = [] if running else ["--all"]
        return self.engine.call(["ps", *every, "--quiet", *filters], "containers cannot be listed").split()

    def services(self) -> list[str]:
        """The services that have a container, running or not."""
        filters = [f"--filter=label={_PROJECT_LABEL}={self.environment['COMPOSE_PROJECT_NAME']}"]
        label = "index .Labels" if self.engine.name == "podman" else ".Label"
        shown = f'{{{{{label} "{_SERVICE_LABEL}"}}}}'
        told = self.engine.call(["ps", "--all", *filters, "--format", shown], "containers cannot be listed")
        return sorted(set(told.split()))

    def _files(self) -> list[str]:
        # All profiles: which services are meant is said by name.
        gpu = ["--file", "compose.gpu.yaml"] if "gpu" in self.environment.profiles else []
        files = ["--file", "compose.yaml", "--file", RELEASE_FILE, *gpu]
        profiles = [f"--profile={name}" for name in ("blue", "green", "monitoring", "grafana", "mlflow", "watcher")]
        return [*self.program, *files, *profiles]

    def _run(self, command: Sequence[str], named: str, *, given: Path | None = None, into: Path | None = None) -> str:
        with (
            (given or Path(os.devnull)).open("rb") as source,
            (into or Path(os.devnull)).open("wb") as sink,
        ):
            try:
                done = subprocess.run(  # noqa: S603 - no shell, and the arguments are ours
                    command,
                    cwd=self.folder,
                    env=self._variables(),
                    stdin=source,
                    stdout=sink if into else subprocess.PIPE,
                    stderr=subprocess.PIPE,
                    check=False,
                )
            except OSError as fault:
                raise StackFault(f"{command[0]} cannot be run: {fault}") from fault
        said = done.stderr.decode(errors="replace")
        if done.returncode:
            last = "\n".join(said.strip().splitlines()[-_SHOWN_LINES:])
            raise StackFault(f"{named} failed with {done.returncode}:\n{last}")
        return "" if into else (done.stdout or b"").decode(errors="replace")

    def _variables(self) -> dict[str, str]:
        """Those of the process, without any that would go before the .env of the stack."""
        own = {name.upper() for name in Settings.model_fields} | set(self.environment.values)
        return {name: value for name, value in os.environ.items() if name not in own}


def find_compose(folder: Path, environment: Environment, show: Callable[[str], None], *, dry: bool = False) -> Compose:
    """
    Compose for the engine of this machine, podman or docker.

    Raises:
        StackFault, ContainerFault: there is none, or its engine does not answer.
    """
    engine = find_engine(environment.get("STACK_ENGINE") or None)
    name, *rest = _PROGRAMS[engine.name]
    # podman-compose may have been installed with svgai.
    program = shutil.which(name, path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}")
    if program is None:
        raise StackFault(f"{name} is not installed, and {engine.name} needs it for a stack")
    return Compose((program, *rest), engine, folder.resolve(), environment, show, dry)
