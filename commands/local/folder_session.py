"""What `svgai convert` does: a run, or one after the other while folders are watched, and what is told of them."""

import os
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path

from rich.markup import escape

from commands.folders.folder_conversion import AnyManifest, FolderConversion, Interrupted
from commands.folders.inputs import Found, find_images
from commands.folders.manifest import FolderManifest, NoManifest
from commands.folders.places import joined
from commands.folders.records import FileRecord
from commands.folders.results.gallery import write_gallery
from commands.folders.results.report_file import write_report
from commands.folders.results.summary import Summary
from commands.folders.watching import changes
from commands.terminal.console import Console, print_json
from commands.terminal.shown_conversions import show_conversions, show_summary
from svgai.errors import SvgAiError

SHOWN = 40
"""Files up to which a table has a row for each."""

STOPPED = 130
"""Exit code after Ctrl-C, as shells have it."""


@dataclass(frozen=True)
class Outcomes:
    """Where what came out is told beside the terminal."""

    report: Path | None = None
    gallery: Path | None = None
    max_pixels: int = 0
    as_json: bool = False


class FolderSession:
    """Runs of one conversion; both ways of running give the exit code."""

    def __init__(self, conversion: FolderConversion, outcomes: Outcomes, console: Console) -> None:
        self._conversion = conversion
        self._outcomes = outcomes
        self._console = console
        self._records: list[FileRecord] = []

    def run(self, given: Sequence[str]) -> int:
        """
        Convert once: 0, 1 where a file failed, STOPPED after Ctrl-C.

        Raises:
            SvgAiError: what was asked for cannot be done; no file's fault.
        """
        found = find_images(given)
        self._conversion.require(found)
        with self._manifest(many=found.many) as manifest:
            summary = self._once(found, manifest)
            if summary is None:
                return STOPPED
            self._tell(found, manifest)
        return int(summary.failed > 0)

    def watch(self, given: Sequence[str], folders: Sequence[Path]) -> int:
        """
        Convert what is there, then what comes, until Ctrl-C: STOPPED.

        Raises:
            SvgAiError: what is there at the beginning cannot be converted as it was asked.
        """
        self._conversion.require(_all(given))
        with self._manifest(many=True) as manifest:
            try:
                for changed in changes(folders):
                    if self._follow(given, manifest, changed) is None:
                        break
                    if changed is None:
                        self._console.say(escape(f"watching {', '.join(map(str, folders))}; Ctrl-C ends it"))
            except KeyboardInterrupt:
                self._tell(_all(given), manifest)
        return STOPPED

    def _follow(self, given: Sequence[str], manifest: AnyManifest, changed: frozenset[str] | None) -> Summary | None:
        try:
            return self._once(_all(given), manifest, changed)
        except SvgAiError as fault:
            if changed is None:
                raise
            self._console.fault(str(fault))  # the next change may mend it
            return Summary()

    def _once(self, found: Found, manifest: AnyManifest, only: frozenset[str] | None = None) -> Summary | None:
        """What a run came to; None after Ctrl-C."""
        self._records = []
        keep = self._outcomes.as_json or len(only or found.images) <= SHOWN
        try:
            with self._console.progress() as progress:
                summary = self._conversion.convert(
                    found, manifest, self._records.append if keep else _forget, progress.stages(), only
                )
        except Interrupted as stopped:
            show_summary(self._console, stopped.summary)
            goes_on = isinstance(manifest, FolderManifest)
            how = "the same command goes on with the rest" if goes_on else "a folder or a pattern could go on here"
            self._console.say(f"stopped: {stopped.summary.done:,} of {stopped.total:,} files are done and kept; {how}")
            return None
        if not self._outcomes.as_json:
            if self._records:
                show_conversions(self._console, [self._shown(record) for record in self._records])
            show_summary(self._console, summary)
        return summary

    def _tell(self, found: Found, manifest: AnyManifest) -> None:
        outcomes, sources = self._outcomes, {image.source for image in found.images}

        def records() -> Iterator[FileRecord]:
            return (record for record in manifest.records() if record.source in sources)

        if outcomes.as_json:
            order = {image.source: number for number, image in enumerate(found.images)}
            ordered = sorted(self._records, key=lambda record: order[record.source])
            print_json([self._shown(record) for record in ordered])
        if outcomes.report:
            write_report(outcomes.report, records())
            self._console.say(escape(f"the table is in {outcomes.report}"))
        if outcomes.gallery:
            with self._console.progress() as progress:
                pages = write_gallery(
                    outcomes.gallery,
                    records(),
                    self._conversion.out,
                    outcomes.max_pixels,
                    progress.counter("Drawing the gallery"),
                )
            self._console.say(escape(f"the gallery is {outcomes.gallery}, {len(pages)} page(s)"))

    def _shown(self, record: FileRecord) -> FileRecord:
        """With the SVG's whole place, and none where none was written."""
        place = "" if record.state == "failed" else joined(self._conversion.out, record.output)
        return record.model_copy(update={"output": os.path.normpath(place) if "://" not in place and place else place})

    def _manifest(self, *, many: bool) -> AbstractContextManager[AnyManifest]:
        return FolderManifest(self._conversion.out) if many else nullcontext(NoManifest())


def _all(given: Sequence[str]) -> Found:
    return find_images(given, empty=True)


def _forget(record: FileRecord) -> None:
    """For so many files that their records are read from the manifest."""
