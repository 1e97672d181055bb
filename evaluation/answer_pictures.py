"""Pictures of convert's answers for an evaluation: beside VTracer's defaults, or many on a sheet."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from evaluation.answer_sheets import SheetSize, write_sheets
from evaluation.evaluate import DEFAULT
from evaluation.report.comparison_picture import Pictured, write_comparison
from svgai.array_types import Pixels
from svgai.convert.conversion import Conversion, ConversionOptions, convert
from svgai.model_files.model_pair import ModelSource
from svgai.settings import Settings
from training.data.datasets import Sample
from training.data.progress import Progress


@dataclass(frozen=True)
class Answering:
    """The request to convert: a target as text, else the promise of the settings, and the models to use."""

    target: str
    settings: Settings
    source: ModelSource | None

    def converting(self) -> Callable[[Pixels], Conversion]:
        """
        A function that converts, with the models loaded once.

        Raises:
            ModelFault: the models do not load.
        """
        options = ConversionOptions(
            self.settings.targets,
            max_delta_e=self.settings.max_delta_e,
            min_worst=self.settings.min_worst,
            target_quality=None if self.target == DEFAULT else float(self.target),
        )
        models = self.source.load() if self.source else None
        return lambda rgba: convert(rgba, models, options)


def draw_comparison(
    samples: Sequence[Sample],
    answering: Answering,
    out: Path,
    progress: Progress,
    zoom: int,
    butteraugli: str | None = None,
) -> None:
    """Draw images beside VTracer's defaults and our SVG, and write the picture as PNG."""
    converting = answering.converting()
    images = [Pictured(sample.rgba(), sample.drawing) for sample in samples]
    write_comparison(images, lambda rgba: converting(rgba).svg, out, progress, zoom, butteraugli)


def draw_sheets(
    samples: Sequence[Sample], answering: Answering, folder: Path, size: SheetSize, progress: Progress
) -> None:
    """Draw images beside our SVG, many on a sheet, and write the sheets as PNG files to a folder."""
    images = [(sample.name, Pictured(sample.rgba(), sample.drawing)) for sample in samples]
    write_sheets(images, answering.converting(), folder, size, progress)
