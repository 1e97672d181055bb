"""
The manifest of finished files in the output folder: a line of JSON for each processed file.

Lines are appended, never rewritten: a killed process leaves at most an incomplete line, which is ignored. Locally there
is one file; in object stores, which cannot append, each run adds its own files.
"""

import os
import time
from collections.abc import Iterable, Iterator
from types import TracebackType
from typing import Self

from pydantic import ValidationError

from commands.folders.places import file_system, joined, local_path, write_bytes
from commands.folders.records import FileRecord

FOLDER = ".svgai"
FILE = "manifest.jsonl"

_LINES, _SECONDS = 200, 10.0
"""In object stores a file is written after so many lines, or so many seconds."""


class NoManifest:
    """Keeps records for this run alone."""

    def __init__(self) -> None:
        self._records: dict[str, FileRecord] = {}

    def add(self, record: FileRecord) -> None:
        """Keep a record."""
        self._records[record.output] = record

    def begin(self, outputs: Iterable[str]) -> None:
        """Nothing goes on here."""

    def unknown(self, _outputs: Iterable[str]) -> set[str]:
        """None: a file that is given by name replaces its earlier SVG."""
        return set()

    def done(self) -> dict[str, tuple[str, str]]:
        """Nothing: single files are always converted."""
        return {}

    def records(self) -> Iterator[FileRecord]:
        """The newest record of each output."""
        yield from self._records.values()


class FolderManifest:
    """
    Stores records in an output folder, at the end of a `with` block at the latest.

    Raises:
        OSError, or what the file system of the place raises: it cannot be read or written.
    """

    def __init__(self, folder: str) -> None:
        self._folder = joined(folder, FOLDER)
        self._local = local_path(folder) is not None
        self._file: int | None = None
        self._waiting: list[bytes] = []
        self._written = time.monotonic()
        self._run, self._part = f"{time.time_ns():x}-{os.getpid()}", 0

    def __enter__(self) -> Self:
        if self._local:
            path = local_path(self._folder)
            assert path is not None
            path.mkdir(parents=True, exist_ok=True)
            self._file = os.open(path / FILE, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o644)
            size = os.fstat(self._file).st_size
            if size and os.pread(self._file, 1, size - 1) != b"\n":
                os.write(self._file, b"\n")  # ends the incomplete line of a killed process
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._flush()
        if self._file is not None:
            os.close(self._file)

    def add(self, record: FileRecord) -> None:
        """Store a record; locally it survives a kill right afterwards."""
        line = record.model_dump_json(exclude_defaults=True).encode() + b"\n"
        if self._file is not None:
            os.write(self._file, line)  # one call: lines of concurrent runs do not mix
            return
        self._waiting.append(line)
        if len(self._waiting) >= _LINES or time.monotonic() - self._written > _SECONDS:
            self._flush()

    def begin(self, outputs: Iterable[str]) -> None:
        """Record that these are about to be made, so that files of a killed run are recognised as its own."""
        for output in outputs:
            self.add(FileRecord(source="", output=output, state="begun"))
        self._flush()

    def unknown(self, outputs: Iterable[str]) -> set[str]:
        """Those that no run made or began: existing files there are foreign."""
        own = {record.output: record.own for record in self._lines()}
        return {output for output in outputs if not own.get(output, False)}

    def done(self) -> dict[str, tuple[str, str]]:
        """Digest and recipe of what was converted, by output."""
        done = {}
        for record in self._lines():
            if record.converted:
                done[record.output] = record.key
            else:
                done.pop(record.output, None)
        return done

    def records(self) -> Iterator[FileRecord]:
        """The newest record of each output."""
        self._flush()
        last = {record.output: number for number, record in enumerate(self._lines())}
        kept = set(last.values())
        yield from (record for number, record in enumerate(self._lines()) if number in kept and record.state != "begun")

    def _lines(self) -> Iterator[FileRecord]:
        for line in self._read():
            try:
                yield FileRecord.model_validate_json(line)
            except ValidationError:  # an incomplete line, or one of another version
                continue

    def _read(self) -> Iterator[bytes]:
        if self._local:
            path = local_path(joined(self._folder, FILE))
            assert path is not None
            if path.exists():
                with path.open("rb") as lines:
                    yield from lines
            return
        files, folder = file_system(self._folder)
        files.invalidate_cache()
        # Listed, not matched by a pattern: the folder's own name may hold brackets.
        for part in sorted(name for name in files.find(folder, maxdepth=1) if name.endswith(".jsonl")):
            yield from files.cat_file(part).splitlines()

    def _flush(self) -> None:
        self._written = time.monotonic()
        if self._waiting:
            write_bytes(joined(self._folder, f"{self._run}-{self._part:06}.jsonl"), b"".join(self._waiting))
            self._waiting, self._part = [], self._part + 1
