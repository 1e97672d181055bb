"""Evaluates conversion on a folder of images: every method on the same pixels, at one target or several."""

import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from functools import cache, partial
from pathlib import Path

import pandas as pd

from evaluation.judge.outside_programs import Programs
from evaluation.methods.all_methods import Comparison, Outcome, Question, compare
from evaluation.methods.fixed_tracings import fixed_tracings, read_training_table
from evaluation.outcomes import made_of, read_outcomes, write_outcomes
from evaluation.report.evaluation_figures import Evaluation
from evaluation.side_by_side import one_by_one
from svgai.errors import DatasetFault
from svgai.logo_types import LOGO_TYPES
from svgai.model_files.model_pair import Models, ModelSource
from svgai.settings import Settings
from training.data.datasets import Sample, load_dataset
from training.data.progress import Progress
from training.data.selection import by_hash, of_brands

DEFAULT = "default"
"""Stands for each type's default target."""

_WRITTEN_EVERY_S = 60


@dataclass(frozen=True)
class Images:
    """
    Which images are measured.

    `limit` images are chosen by the hash of their names, so that a larger limit extends a smaller one; 0: all. With
    `held_out` only brands that tracing was not tuned on are used. SVG files are drawn at `size` pixels. With `drawings`
    they are also used if there is an image of the same name. `on_white`: transparent images are composited on white.
    """

    dataset: Path
    labels: Path | None = None
    limit: int = 0
    held_out: bool = False
    size: int = 256
    drawings: bool = False
    on_white: bool = False


@dataclass(frozen=True)
class Asked:
    """
    What to measure on them.

    Attributes:
        targets: Target ssim values as text, `default` for those of the types.
        table: Table of measured tracings of training images, for choosing the fixed tracings.
        oracle: Whether the whole portfolio is measured.
        optuna: The targets at which Optuna also searches.
        judge: The judge's programs, and potrace; None: nothing is judged.
    """

    table: Path
    targets: tuple[str, ...] = (DEFAULT,)
    oracle: bool = True
    optuna: tuple[str, ...] = ()
    judge: Programs | None = None


def evaluate_folder(
    images: Images,
    asked: Asked,
    settings: Settings,
    source: ModelSource | None,
    kept: Path | None,
    jobs: int,
    progress: Progress,
) -> Evaluation:
    """
    Measure every image by every method, on all cores by default.

    Outcomes in `kept`, a Parquet file, are not measured again, and new ones are added to it: once a minute, and at the
    end, even after an error.

    Raises:
        DatasetFault: the folder, labels, table or kept outcomes cannot be read, or no image could be converted.
        ModelFault: the models do not load.
    """
    found = load_dataset(
        images.dataset,
        images.labels,
        images.size,
        lambda done, total: progress("Reading images", done, total),
        drawings=images.drawings,
    )
    samples = by_hash(of_brands(found.samples, held_out=images.held_out))[: images.limit or None]
    if not samples:
        raise DatasetFault(f"{images.dataset} holds no image of a held-out brand")
    samples = [replace(sample, on_white=images.on_white) for sample in samples]
    models = _models(source)
    comparison = _comparison(asked, settings, models)
    key = made_of(_named(models), comparison)
    outcomes, skipped = _measured(samples, {s.name: key(s) for s in samples}, source, comparison, kept, jobs, progress)
    if not outcomes:
        raise DatasetFault("not one of the images could be done by every method")
    table = pd.DataFrame([asdict(outcome) for outcomes_of_one in outcomes.values() for outcome in outcomes_of_one])
    done = tuple(sample for sample in samples if sample.name in outcomes)
    return Evaluation(table, (*found.skipped, *skipped), done)


def _measured(
    samples: Sequence[Sample],
    keys: dict[str, str],
    source: ModelSource | None,
    comparison: Comparison,
    path: Path | None,
    jobs: int,
    progress: Progress,
) -> tuple[dict[str, Sequence[Outcome]], list[tuple[str, str]]]:
    """The outcomes of each image by its name, and the images that a method failed on, with the reason."""
    kept: dict[str, Sequence[Outcome]] = dict(read_outcomes(path)) if path else {}
    missing = [sample for sample in samples if keys[sample.name] not in kept]
    before, written = len(samples) - len(missing), time.monotonic()
    skipped: list[tuple[str, str]] = []
    try:
        work = one_by_one(missing, partial(_compare, source=source, comparison=comparison), jobs)
        for count, (sample, found) in enumerate(work, start=before + 1):
            if isinstance(found, str):
                skipped.append((sample.name, found))
            else:
                kept[keys[sample.name]] = found
            progress("Measuring every method", count, len(samples))
            if path and time.monotonic() - written > _WRITTEN_EVERY_S:
                write_outcomes(kept, path)
                written = time.monotonic()
    finally:
        if path and missing:
            write_outcomes(kept, path)
    return {name: kept[key] for name, key in keys.items() if key in kept}, skipped


def _comparison(asked: Asked, settings: Settings, models: Models | None) -> Comparison:
    table = read_training_table(asked.table)
    if models and {member.model_dump_json() for member in models.optimizer.portfolio} != set(table["tracing"]):
        raise DatasetFault(
            f"{asked.table} is not the table that the optimizer was trained on: fixed tracings chosen "
            "on it would be others than its own; name that table with --table, or train on this one"
        )
    questions = []
    for name in asked.targets:
        targets = settings.targets if name == DEFAULT else dict.fromkeys(LOGO_TYPES, float(name))
        fixed = fixed_tracings(table, targets, settings.min_worst, settings.max_delta_e)
        questions.append(Question(name, targets, fixed, name in asked.optuna))
    return Comparison(tuple(questions), settings.max_delta_e, settings.min_worst, asked.oracle, asked.judge)


def _named(models: Models | None) -> str:
    """A unique identifier of these models: a version number is only unique within one registry."""
    return ", ".join(f"{name} {file.version} {file.run_id}" for name, file in models.files.items()) if models else ""


@cache
def _models(source: ModelSource | None) -> Models | None:
    """The models, loaded once in each process."""
    return source.load() if source else None


def _compare(sample: Sample, source: ModelSource | None, comparison: Comparison) -> list[Outcome]:
    return compare(sample, _models(source), comparison)
