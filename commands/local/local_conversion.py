"""Image files to SVG files on this machine, without any server."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from itertools import chain, count
from pathlib import Path

from svgai.convert.conversion import ConversionOptions, convert
from svgai.decode.image_files import decode_image
from svgai.errors import SvgAiError
from svgai.measure.promise import Measure
from svgai.measure.quality import Quality
from svgai.model_files.model_pair import ModelSource
from svgai.whole_files import write_whole


@dataclass(frozen=True)
class FileResult:
    """One converted file, or why it could not be converted; `error` is empty where it could."""

    source: str
    output: str = ""
    type: str | None = None
    quality: Quality | None = None
    target_quality: float = 0
    met_target: bool = False
    missed: tuple[Measure, ...] = ()
    trials: int = 0
    measured_px: int = 0
    error: str = ""


def convert_files(
    files: Sequence[Path],
    out: Path,
    options: ConversionOptions,
    max_pixels: int,
    source: ModelSource | None,
    progress: Callable[[str, int, int], None],
) -> list[FileResult]:
    """
    Convert each file to `out`/<stem>.svg; a file that cannot be converted is reported and the others go on.

    An SVG appears under its name only when complete. Of several files with one stem, later ones keep their suffix too,
    and get a number where that is not enough.
    """
    models = source.load() if source else None
    out.mkdir(parents=True, exist_ok=True)
    results: list[FileResult] = []
    taken: set[Path] = set()
    for number, file in enumerate(files):
        progress("Converting", number, len(files))
        output = _free_name(out, file, taken)
        taken.add(output)
        try:
            # A file of one's own may be larger than what a server takes; its pixels are limited all the same.
            data = file.read_bytes()
            image = decode_image(data, max_bytes=len(data) + 1, max_pixels=max_pixels)
            done = convert(image.rgba, models, options, image.resolution)
            write_whole(output, done.svg)
        except (SvgAiError, OSError) as fault:
            results.append(FileResult(str(file), error=str(fault)))
            continue
        results.append(
            FileResult(
                str(file),
                str(output),
                done.logo_type,
                done.quality,
                done.promise.target,
                not done.missed,
                done.missed,
                done.trials,
                done.measured_px,
            )
        )
    progress("Converting", len(files), len(files))
    return results


def _free_name(out: Path, file: Path, taken: Collection[Path]) -> Path:
    names = chain((file.stem, file.name), (f"{file.name}-{number}" for number in count(2)))
    return next(path for name in names if (path := out / f"{name}.svg") not in taken)
