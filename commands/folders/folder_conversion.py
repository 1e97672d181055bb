"""A whole run: finds images, compares them with the manifest, converts, records and summarises."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass

from commands.folders.conversion_run import convert_all
from commands.folders.converters import Converter, ServiceConverter
from commands.folders.executors import Executor, in_processes, in_this_process, in_threads, on_cluster
from commands.folders.file_work import Task, Work, beside
from commands.folders.inputs import Found, Input, output_name, outputs
from commands.folders.manifest import FolderManifest, NoManifest
from commands.folders.places import absolute, existing, joined, local_path, only_here
from commands.folders.print_formats import require_formats
from commands.folders.records import FOREIGN, FileRecord
from commands.folders.results.summary import Summary

Progress = Callable[[str, int, int], None]
Told = Callable[[FileRecord], None]
AnyManifest = FolderManifest | NoManifest


@dataclass(frozen=True)
class Workers:
    """Parallelism: processes, or threads for a service, or the workers of a Dask cluster."""

    count: int
    scheduler: str | None = None

    def executor(self, work: Work, files: int, places: tuple[str, ...]) -> AbstractContextManager[Executor]:
        """The executor for so many files; files in memory:// are only visible to this process."""
        count = min(self.count, files)
        if any(map(only_here, places)):
            return in_this_process(work)
        if self.scheduler:
            return on_cluster(work, self.scheduler)
        if count <= 1:
            return in_this_process(work)
        return in_threads(work, count) if isinstance(work.converter, ServiceConverter) else in_processes(work, count)


class Interrupted(KeyboardInterrupt):
    """Ctrl-C during a run; `summary` is of what was finished until then, of `total` files."""

    def __init__(self, summary: Summary, total: int) -> None:
        super().__init__()
        self.summary = summary
        self.total = total


@dataclass(frozen=True)
class FolderConversion:
    """
    Converts images into a folder and skips those that are done; with `again` these are converted, too.

    `keep_suffix`: of the image, in the SVG's name. `formats`: what is written beside the SVG. `overwrite`: replace also
    files that no run of this command made.
    """

    out: str
    converter: Converter
    workers: Workers
    keep_suffix: bool = False
    again: bool = False
    formats: tuple[str, ...] = ()
    overwrite: bool = False

    def output(self, image: Input) -> str:
        """The name of an image's SVG below the folder of results."""
        return output_name(image, keep_suffix=self.keep_suffix)

    def require(self, found: Found) -> None:
        """
        Check that it can convert at all, before any file is touched; a local output folder is created.

        Raises:
            FolderFault: two images would become one SVG, or a format cannot be written.
            ModelFault: the models do not load.
            OSError: there can be no such folder.
        """
        outputs(found.images, keep_suffix=self.keep_suffix)
        require_formats(self.formats)
        _ = self.converter.recipe
        folder = local_path(self.out)
        if folder:
            folder.mkdir(parents=True, exist_ok=True)

    def convert(
        self,
        found: Found,
        manifest: AnyManifest,
        told: Told,
        progress: Progress,
        only: frozenset[str] | None = None,
    ) -> Summary:
        """
        Convert all images found, or `only` those at these absolute places. `told` gets each record as it completes.

        Raises:
            FolderFault: two images would become one SVG; nothing is written then.
            Interrupted: Ctrl-C; finished files are kept.
            ClusterFault: the cluster cannot be reached, or was lost; finished files are kept.
        """
        names = outputs(found.images, keep_suffix=self.keep_suffix)
        both = zip(found.images, names, strict=True)
        chosen = [(image, name) for image, name in both if only is None or image.url in only]
        done = {} if self.again else manifest.done()
        foreign = self._foreign(manifest, [name for _, name in chosen])
        summary, total = Summary(), len(chosen)

        def take(record: FileRecord) -> None:
            if record.state != "skipped":
                manifest.add(record)
            summary.add(record)
            told(record)
            progress(f"Converting ({summary.rate:.1f} a second)", summary.done, total)

        places = (self.out, *(image.url for image, _ in chosen[:1]))
        near = all(local_path(place) is not None for place in places)
        work = Work(absolute(self.out), self.converter, self.formats)

        def tasks() -> Iterator[Task]:
            for image, name in chosen:
                if name in foreign:
                    take(FileRecord.failed(image.source, name, FOREIGN, foreign[name]))
                    continue
                task = Task(image.source, image.url, name, done.get(name))
                # For local files checking here is faster than starting a process.
                skipped = work.skipped(task) if near else None
                if skipped:
                    take(skipped)
                else:
                    yield task

        progress("Converting", 0, total)
        manifest.begin(name for name in manifest.unknown(name for _, name in chosen) if name not in foreign)
        with self.workers.executor(work, total, places) as executor:
            try:
                convert_all(tasks(), executor, take)
            except KeyboardInterrupt as stop:
                raise Interrupted(summary, total) from stop
        return summary

    def _foreign(self, manifest: AnyManifest, outputs: Sequence[str]) -> dict[str, str]:
        """Outputs whose place, or that of a further format, has a file that no run made, with an error message."""
        if self.overwrite:
            return {}
        made = {
            name: output for output in manifest.unknown(outputs) for name in (output, *beside(output, self.formats))
        }
        return {
            made[name]: f"{joined(self.out, name)} exists and was not made by this command; --overwrite replaces it"
            for name in existing(self.out, made)
        }
