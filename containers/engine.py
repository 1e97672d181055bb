"""The container engine, podman or docker: inspects an image, and runs a program inside one."""

import json
import shutil
import subprocess
import tempfile
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import IO, Any, Protocol

from pydantic import AliasChoices, BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from svgai.errors import ContainerFault

ENGINES = ("podman", "docker")
_BLOCK = 1 << 20
_GZIP = 31  # a window of 32 KiB with gzip's header
_SHOWN = 400


class Layer(BaseModel):
    """A step of the image's build: its command, and the bytes that it added."""

    model_config = ConfigDict(frozen=True)

    command: str
    bytes: int


class Image(BaseModel):
    """
    An image, as its engine describes it.

    Attributes:
        reference: As given by the caller.
        id: Digest of its configuration, which lists all layers.
        bytes: Its size on disk, layers unpacked.
        healthcheck: The image's command; empty if it has none.
        layers: First to last, without empty ones.
    """

    model_config = ConfigDict(frozen=True)

    reference: str
    id: str
    created: datetime
    architecture: str
    bytes: int
    user: str
    env: tuple[str, ...]
    ports: tuple[str, ...]
    volumes: tuple[str, ...]
    healthcheck: tuple[str, ...]
    layers: tuple[Layer, ...]


class Engine(Protocol):
    """The operations of a container engine. Every method raises ContainerFault if the engine fails."""

    def inspect(self, reference: str) -> Image:
        """An existing image."""

    def run_python(self, reference: str, program: str, arguments: Sequence[str]) -> Any:
        """The JSON that a Python program prints inside a temporary container without network and write access."""

    def compressed_bytes(self, image: Image, progress: Callable[[int, int], None]) -> int:
        """Bytes of the saved image after gzip -6. `progress` is called with bytes done and an estimate of the total."""


class _Config(BaseModel):
    User: str = ""
    Env: list[str] | None = None
    ExposedPorts: dict[str, Any] | None = None
    Volumes: dict[str, Any] | None = None
    Healthcheck: dict[str, Any] | None = None


class _Inspected(BaseModel):
    Id: str
    Created: datetime
    Architecture: str
    Size: int
    Config: _Config
    Healthcheck: dict[str, Any] | None = None  # podman has it here, docker in Config


class _Step(BaseModel):
    CreatedBy: str
    Size: int = Field(validation_alias=AliasChoices("size", "Size"))


_INSPECTED = TypeAdapter(tuple[_Inspected])
_HISTORY = TypeAdapter(list[_Step])


@dataclass(frozen=True)
class CommandEngine:
    """An engine by its command; `program` is a path or a name on PATH."""

    name: str
    program: str

    def inspect(self, reference: str) -> Image:
        told = self.call(["image", "inspect", reference], self._absence(reference))
        try:
            (found,) = _INSPECTED.validate_json(told)
        except ValidationError as fault:
            raise ContainerFault(f"{self.name} describes {reference} in a way that is not known: {fault}") from fault
        config = found.Config
        return Image(
            reference=reference,
            id=found.Id.removeprefix("sha256:"),
            created=found.Created,
            architecture=found.Architecture,
            bytes=found.Size,
            user=config.User,
            env=tuple(config.Env or ()),
            ports=tuple(sorted(config.ExposedPorts or ())),
            volumes=tuple(sorted(config.Volumes or ())),
            healthcheck=tuple((config.Healthcheck or found.Healthcheck or {}).get("Test") or ()),
            layers=tuple(layer for layer in self._layers(reference) if layer.bytes),
        )

    def run_python(self, reference: str, program: str, arguments: Sequence[str]) -> Any:
        # podman would mount empty folders over /run and /tmp, docker does not; root reads files that only root may.
        options = ["--read-only-tmpfs=false"] if self.name == "podman" else []
        command = ["run", "--rm", "--interactive", "--network", "none", "--read-only", *options, "--user", "0"]
        told = self.call(
            [*command, "--entrypoint", "python3", reference, "-I", "-B", "-", *arguments],
            f"Python did not run in {reference}: the image needs a `python3` on its PATH",
            program,
        )
        try:
            return json.loads(told)
        except ValueError as fault:
            raise ContainerFault(f"{reference} answered with something that is not JSON: {told[:_SHOWN]}") from fault

    def compressed_bytes(self, image: Image, progress: Callable[[int, int], None]) -> int:
        packer = zlib.compressobj(6, zlib.DEFLATED, _GZIP)
        done = packed = 0
        with tempfile.TemporaryFile() as said, self._started(["image", "save", image.reference], said) as saving:
            assert saving.stdout
            try:
                while block := saving.stdout.read(_BLOCK):
                    packed += len(packer.compress(block))
                    done += len(block)
                    progress(done, max(image.bytes, done))
            except BaseException:
                saving.kill()
                raise
            if saving.wait():
                said.seek(0)
                last = _end(said.read().decode(errors="replace"))
                raise ContainerFault(f"{self.name} could not save {image.reference}: {last}")
        progress(done, done)
        return packed + len(packer.flush())

    def answers(self) -> str | None:
        """None if the engine works, or else the reason."""
        try:
            self.call(["info"], f"{self.name} does not answer")
        except ContainerFault as fault:
            return str(fault)
        return None

    def call(self, arguments: Sequence[str], failed: str, program: str | None = None) -> str:
        """
        The engine's output, with `program` on its standard input.

        Raises:
            ContainerFault: it failed; the message is `failed` and the engine's last message.
        """
        return self._ran(arguments, failed, program).stdout

    def logs(self, container: str, lines: int) -> str:
        """The last lines that a container printed: those on its standard output, then those on its standard error."""
        done = self._ran(["logs", "--tail", str(lines), container], f"{container} has no log")
        return f"{done.stdout}{done.stderr}".strip()

    def _ran(
        self, arguments: Sequence[str], failed: str, program: str | None = None
    ) -> "subprocess.CompletedProcess[str]":
        try:
            # No shell; the only external input is the image's name, which is one argument.
            done = subprocess.run(  # noqa: S603
                [self.program, *arguments],
                input=program or "",
                capture_output=True,
                encoding="utf-8",
                errors="replace",  # whatever a container prints is shown
                check=False,
            )
        except OSError as fault:
            raise ContainerFault(f"{self.name} cannot be run: {fault}") from fault
        if done.returncode:
            raise ContainerFault(f"{failed} ({_end(done.stderr) or f'exit code {done.returncode}'})")
        return done

    def _layers(self, reference: str) -> list[Layer]:
        # Each gives exact bytes in one form only: podman's templates round them, docker has no plain JSON.
        history = ["history", "--no-trunc"]
        failed = f"{self.name} knows no history of {reference}"
        if self.name == "podman":
            told = self.call([*history, "--format", "json", reference], failed)
        else:
            lines = self.call([*history, "--human=false", "--format", "{{json .}}", reference], failed).splitlines()
            told = f"[{','.join(lines)}]"
        try:
            steps = _HISTORY.validate_json(told)
        except ValidationError as fault:
            raise ContainerFault(f"{self.name} gives the history of {reference} in an unknown form: {fault}") from fault
        return [Layer(command=step.CreatedBy, bytes=step.Size) for step in reversed(steps)]

    def _absence(self, reference: str) -> str:
        return f"{self.name} has no image {reference}; `{self.name} images` lists those that it has"

    def _started(self, arguments: Sequence[str], said: IO[bytes]) -> "subprocess.Popen[bytes]":
        try:
            # Its messages go to a file: a pipe that is not read meanwhile would block it when full.
            return subprocess.Popen([self.program, *arguments], stdout=subprocess.PIPE, stderr=said)  # noqa: S603
        except OSError as fault:
            raise ContainerFault(f"{self.name} cannot be run: {fault}") from fault


def find_engine(name: str | None = None, path: str | None = None) -> CommandEngine:
    """
    The engine of this name, or the first of ENGINES that is installed on `path` (None: PATH) and answers.

    Raises:
        ContainerFault: none does; the message gives the reason for each.
    """
    reasons = []
    for candidate in [name] if name else ENGINES:
        program = shutil.which(candidate, path=path)
        engine = CommandEngine(candidate, program or candidate)
        reason = engine.answers() if program else f"{candidate} is not installed"
        if reason is None:
            return engine
        reasons.append(reason)
    raise ContainerFault(f"no container engine answers: {'; '.join(reasons)}. Install podman, or start docker's daemon")


def _end(said: str) -> str:
    """The last message of a command; its warnings come before."""
    lines = [line for line in said.strip().splitlines() if "level=warning" not in line]
    return lines[-1][:_SHOWN] if lines else ""
