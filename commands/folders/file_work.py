"""Processes one file, in any process: read, look up, convert, write. An error is a record, too."""

import hashlib
import time
from dataclasses import dataclass

from commands.folders.converters import Converter, code_version
from commands.folders.places import exists, joined, read_bytes, write_bytes
from commands.folders.print_formats import in_format
from commands.folders.records import FileRecord
from svgai.client import ClientError, ServiceError
from svgai.errors import SvgAiError


@dataclass(frozen=True)
class Task:
    """One file to convert; `done` are digest and recipe of its earlier conversion."""

    source: str
    url: str
    output: str
    done: tuple[str, str] | None = None


@dataclass(frozen=True)
class Work:
    """Settings for all files: the output folder, the converter, and further formats."""

    out: str
    converter: Converter
    formats: tuple[str, ...] = ()

    def __call__(self, task: Task) -> FileRecord:
        """Convert a file, unless its SVG exists and was made from the same image with the same recipe."""
        try:
            return self._done(task)
        except SvgAiError as fault:
            return FileRecord.failed(task.source, task.output, fault.code, str(fault))
        except ServiceError as fault:
            return FileRecord.failed(task.source, task.output, fault.code, str(fault))
        except ClientError as fault:
            return FileRecord.failed(task.source, task.output, "no_answer", str(fault))
        except OSError as fault:
            return FileRecord.failed(task.source, task.output, "file_fault", str(fault))
        except Exception as fault:  # noqa: BLE001 - one file, or one bucket's odd answer, stops no others
            return FileRecord.failed(task.source, task.output, "internal_error", f"{type(fault).__name__}: {fault}")

    def skipped(self, task: Task) -> FileRecord | None:
        """The record of a file whose SVG exists already; None if it has to be made, or cannot be read."""
        try:
            return self._there(task, _digest(read_bytes(task.url))) if task.done else None
        except OSError:
            return None

    def _there(self, task: Task, digest: str) -> FileRecord | None:
        recipe = self._recipe
        if task.done != (digest, recipe) or not all(map(exists, self._places(task))):
            return None
        return FileRecord(source=task.source, output=task.output, state="skipped", digest=digest, recipe=recipe)

    @property
    def _recipe(self) -> str:
        return "+".join((self.converter.recipe, *self.formats))

    def _places(self, task: Task) -> list[str]:
        return [joined(self.out, name) for name in (task.output, *beside(task.output, self.formats))]

    def _done(self, task: Task) -> FileRecord:
        began = time.perf_counter()
        image = read_bytes(task.url)
        digest = _digest(image)
        if there := self._there(task, digest):
            return there
        made = self.converter.convert(image)
        svg, *others = self._places(task)
        write_bytes(svg, made.svg.encode())
        for place, name in zip(others, self.formats, strict=True):
            write_bytes(place, in_format(made.svg, name))
        return FileRecord(
            source=task.source,
            output=task.output,
            type=made.type,
            quality=made.quality,
            target_quality=made.target_quality,
            met_target=not made.missed,
            missed=made.missed,
            trials=made.trials,
            measured_px=made.measured_px,
            digest=digest,
            recipe=self._recipe,
            version=code_version(),
            model_version=made.model_version,
            image_bytes=len(image),
            seconds=time.perf_counter() - began,
        )


def beside(output: str, formats: tuple[str, ...]) -> list[str]:
    """The names of what is written beside an SVG."""
    return [f"{output.removesuffix('.svg')}.{name}" for name in formats]


def _digest(image: bytes) -> str:
    return hashlib.sha256(image).hexdigest()
