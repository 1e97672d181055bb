"""
The conversion of a folder by `svgai convert`: its rate compared with the same number of separate processes, and memory.

A separate process converts its share of the same files in sequence, independently of the others: their sum is the limit
of the cores. Each process's own time counts, so that none waits for the slowest.
"""

import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from threading import Barrier

import cv2
import psutil

from loadtests.servers.local_server import LocalServer
from loadtests.servers.sampling import sampled
from svgai.convert.conversion import ConversionOptions, convert
from svgai.decode.image_files import decode_image
from svgai.errors import ProgramFailed
from svgai.model_files.model_pair import ModelSource
from svgai.settings import Settings

_SAMPLE_S = 0.25
_STARTED_WITHIN_S = 120.0


@dataclass(frozen=True)
class Progress:
    """
    The progress of a run.

    Attributes:
        second: Seconds since its start.
        files: SVGs written so far.
        cpu_s: Processor time of all its processes so far.
        memory_mb: Of all of them, shared memory counted once.
    """

    second: float
    files: int
    cpu_s: float
    memory_mb: float


@dataclass(frozen=True)
class Rate:
    """Files a second, and files for a second of processor time."""

    files: float
    files_per_cpu_s: float


@dataclass(frozen=True)
class FolderFigures:
    """
    Medians of several rounds, except `most_mb`.

    Attributes:
        files: Files of a folder.
        processes: Of the command, and of the separate ones.
        separate: Files a second of the separate processes together.
        folder: Files a second of the command, from its first SVG to its last.
        share: Ratio of `folder` to `separate` in the same round.
        cpu_share: The same of files for a second of processor time, which other load on the machine affects less.
        busy: Share of time in which the command's processes work on a file, independent of other load on the cores.
        start_s: Seconds until the command has its first SVG.
        early_mb: Memory in the second quarter of the files.
        late_mb: Memory in the last quarter.
        most_mb: Maximum memory.
    """

    files: int
    processes: int
    separate: float
    folder: float
    share: float
    cpu_share: float
    busy: float
    start_s: float
    early_mb: float
    late_mb: float
    most_mb: float


def measure_folder(
    images: Sequence[bytes],
    files: int,
    processes: int,
    settings: Settings,
    source: ModelSource,
    rounds: int,
    progress: Callable[[int, int], None],
) -> FolderFigures:
    """
    Convert a folder of so many files, which are the images again and again, in turns with separate processes.

    Raises:
        ProgramFailed: `svgai convert` failed.
    """
    separate: list[Rate] = []
    runs: list[list[Progress]] = []
    busy: list[float] = []
    for done in range(rounds):
        separate.append(_separate_rate(images, processes, settings, source))
        progress(2 * done + 1, 2 * rounds)
        run, share = _convert_folder(images, files, processes)
        runs.append(run)
        busy.append(share)
        progress(2 * done + 2, 2 * rounds)
    rates = [rate_of(run) for run in runs]
    both = list(zip(rates, separate, strict=True))
    return FolderFigures(
        files,
        processes,
        statistics.median(one.files for one in separate),
        statistics.median(one.files for one in rates),
        statistics.median(one.files / alone.files for one, alone in both),
        statistics.median(one.files_per_cpu_s / alone.files_per_cpu_s for one, alone in both),
        statistics.median(busy),
        statistics.median(next(one.second for one in run if one.files) for run in runs),
        statistics.median(_memory(run, 0.25, 0.5) for run in runs),
        statistics.median(_memory(run, 0.75, 1) for run in runs),
        max(one.memory_mb for run in runs for one in run),
    )


def rate_of(run: Sequence[Progress]) -> Rate:
    """From the first file to the last."""
    begun = next(one for one in run if one.files)
    ended = next(one for one in run if one.files == run[-1].files)
    files = ended.files - begun.files
    # Processes that have ended by the last sample are not in its sum.
    return Rate(files / (ended.second - begun.second), files / (max(one.cpu_s for one in run) - begun.cpu_s))


def busy_share(out: Path, processes: int) -> float:
    """From the beginning of the first file to the end of the last, by the manifest and the times of the SVGs."""
    lines = map(json.loads, (out / ".svgai" / "manifest.jsonl").read_text(encoding="utf-8").splitlines())
    seconds = {out / line["output"]: line["seconds"] for line in lines if "seconds" in line}
    ends = {svg: svg.stat().st_mtime for svg in seconds}
    began = min(ends[svg] - took for svg, took in seconds.items())
    return float(sum(seconds.values()) / processes / (max(ends.values()) - began))


def _memory(run: Sequence[Progress], begin: float, end: float) -> float:
    total = run[-1].files
    return statistics.median(one.memory_mb for one in run if begin * total <= one.files < end * total)


def _convert_folder(images: Sequence[bytes], files: int, processes: int) -> tuple[list[Progress], float]:
    with _folder_of(images, files) as folder:
        out, log = folder.with_name("out"), folder.with_name("log")
        command = [sys.executable, "-m", "cli", "convert", str(folder), "--out", str(out), "--jobs", str(processes)]
        with log.open("wb") as output:
            child = subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT)  # noqa: S603 - our own command
        run = LocalServer("", child.pid, 0)

        def look(second: float) -> Progress:
            return Progress(second, sum(1 for _ in out.glob("*.svg")), *_used_by(run))

        try:
            with sampled(look, _SAMPLE_S) as seen:
                code = child.wait()
        finally:
            child.kill()
        if code:
            raise ProgramFailed(f"svgai convert ended with code {code}:\n{log.read_text(errors='replace')[-2000:]}")
        busy = busy_share(out, processes)
    return [one for one in seen if one.memory_mb], busy


def _used_by(run: LocalServer) -> tuple[float, float]:
    try:
        return run.cpu_seconds(), run.proportional_mb()
    except psutil.NoSuchProcess:  # it has ended
        return 0.0, 0.0


@contextmanager
def _folder_of(images: Sequence[bytes], files: int) -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="svgai-folder-") as place:
        folder = Path(place) / "in"
        folder.mkdir()
        for number in range(files):
            # Of different content, as files of a folder are: bytes after the end of a PNG are not read.
            (folder / f"{number:06}.png").write_bytes(images[number % len(images)] + str(number).encode())
        yield folder


def _separate_rate(images: Sequence[bytes], processes: int, settings: Settings, source: ModelSource) -> Rate:
    context = get_context("spawn")
    with context.Manager() as manager:
        ready = manager.Barrier(processes)
        with ProcessPoolExecutor(processes, context) as pool:
            work = [pool.submit(_own_rate, images, settings, source, ready) for _ in range(processes)]
            rates = [one.result() for one in work]
    return Rate(sum(one.files for one in rates), statistics.fmean(one.files_per_cpu_s for one in rates))


def _own_rate(images: Sequence[bytes], settings: Settings, source: ModelSource, ready: Barrier) -> Rate:
    cv2.setNumThreads(1)
    models = source.load()
    options = ConversionOptions(settings.targets, settings.max_delta_e, settings.min_worst)

    def work(image: bytes) -> None:
        raster = decode_image(image, max_bytes=len(image) + 1, max_pixels=settings.max_pixels)
        convert(raster.rgba, models, options, raster.resolution)

    work(images[0])  # the first one fills caches
    ready.wait(_STARTED_WITHIN_S)
    began, cpu = time.perf_counter(), time.process_time()
    for image in images:
        work(image)
    return Rate(len(images) / (time.perf_counter() - began), len(images) / (time.process_time() - cpu))
