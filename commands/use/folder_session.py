"""`svgai convert`: one run, or repeated ones while folders are watched, and their reports."""

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext, suppress
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
    """Outputs besides the terminal."""

    report: Path | None = None
    gallery: Path | None = None
    max_pixels: int = 0
    as_json: bool = False


class FolderSession:
    """Runs of one conversion; both ways return the exit code."""

    def __init__(self, conversion: FolderConversion, outcomes: Outcomes, console: Console) -> None:
        self._conversion = conversion
        self._outcomes = outcomes
        self._console = console
        self._records: dict[str, FileRecord] = {}  # by output

    def run(self, given: Sequence[str]) -> int:
        """
        Convert once: 0, 1 where a file failed, STOPPED after Ctrl-C.

        Raises:
            SvgAiError: the run is impossible, whatever the files.
        """
        found = find_images(given)
        self._conversion.require(found)
        with self._manifest(many=found.many) as manifest:
            summary = self._once(found, manifest)
            if summary is None:
                return STOPPED
            self._tell(found, manifest)
        return int(summary.failed > 0)

    def watch(
        self,
        given: Sequence[str],
        folders: Sequence[Path],
        follow: Callable[[Sequence[Path]], Iterator[frozenset[str] | None]] = changes,
    ) -> int:
        """
        Convert existing files, then new ones, until Ctrl-C: STOPPED. `follow` yields changes.

        Raises:
            SvgAiError: what is there at the beginning cannot be converted as it was asked.
        """
        self._conversion.require(_all(given))
        with self._manifest(many=True) as manifest:
            with suppress(KeyboardInterrupt):
                for changed in follow(folders):
                    if self._follow(given, manifest, changed) is None:
                        break
                    if changed is None:
                        self._console.say(escape(f"watching {', '.join(map(str, folders))}; Ctrl-C ends it"))
            self._tell(_all(given), manifest)
        return STOPPED

    def _follow(self, given: Sequence[str], manifest: AnyManifest, changed: frozenset[str] | None) -> Summary | None:
        try:
            return self._once(_all(given), manifest, changed)
        except SvgAiError as fault:
            if changed is None:
                raise
            self._console.fault(str(fault))  # the next change may fix it
            return Summary()

    def _once(self, found: Found, manifest: AnyManifest, only: frozenset[str] | None = None) -> Summary | None:
        """The summary of a run; None after Ctrl-C."""
        if not self._outcomes.as_json:
            self._records = {}
        keep = self._outcomes.as_json or len(only or found.images) <= SHOWN
        try:
            with self._console.progress() as progress:
                summary = self._conversion.convert(
                    found, manifest, self._keep if keep else _forget, progress.stages(), only
                )
        except Interrupted as stopped:
            show_summary(self._console, stopped.summary)
            goes_on = isinstance(manifest, FolderManifest)
            how = "run the same command to resume" if goes_on else "only runs of folders or patterns can be resumed"
            self._console.say(f"stopped: {stopped.summary.done:,} of {stopped.total:,} files are done and kept; {how}")
            return None
        if not self._outcomes.as_json:
            if self._records:
                show_conversions(self._console, [self._shown(record) for record in self._records.values()])
            show_summary(self._console, summary)
        return summary

    def _tell(self, found: Found, manifest: AnyManifest) -> None:
        outcomes, sources = self._outcomes, {self._conversion.output(image): image.source for image in found.images}

        def records() -> Iterator[FileRecord]:
            for record in manifest.records():
                # Earlier records may have another path.
                if source := sources.get(record.output):
                    yield record.model_copy(update={"source": source})

        if outcomes.as_json:
            print_json([self._shown(self._records[name]) for name in sources if name in self._records])
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

    def _keep(self, record: FileRecord) -> None:
        if record.state == "skipped" and record.output in self._records:
            return  # a file that was touched while it is watched; its figures are known
        self._records[record.output] = record

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
