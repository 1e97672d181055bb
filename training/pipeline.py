"""Whole pieces of training work, as the command line asks for them."""

import hashlib
from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from svgai.errors import DatasetFault
from svgai.logo_types import LOGO_TYPES
from svgai.tracing_parameters import TracingParameters
from svgai.training_record import TrainingRecord
from training.datasets import Dataset, Sample, combine, labelled, load_dataset
from training.parameter_search import search, write_table
from training.progress import Progress
from training.synthetic_logos import generate_image
from training.tracing_pool import grow_portfolio, portfolio_loss, random_pool


def train_one(kind: str, folders: Sequence[Path], table: Path, out: Path, progress: Progress) -> TrainingRecord:
    """
    Train the classifier on folders of labelled images, or the optimizer on a table of measured tracings.

    Raises:
        DatasetFault: the folders or the table cannot be trained on.
    """
    if kind == "classifier":
        # torch takes seconds to import and is not needed for the optimizer.
        from training.train_classifier import ClassifierConfig, train_classifier  # noqa: PLC0415

        samples = labelled(_load(folders).samples)
        source = ", ".join(folder.name for folder in folders)
        return train_classifier(samples, out, ClassifierConfig(), source, progress)
    from training.surrogate import OptimizerConfig  # noqa: PLC0415
    from training.train_optimizer import train_optimizer  # noqa: PLC0415

    if not table.is_file():
        raise DatasetFault(f"there is no table of measured tracings at {table}; make one with: svgai search")
    try:
        measured = pd.read_parquet(table)
    except (OSError, ValueError) as fault:
        raise DatasetFault(f"{table} is not a readable table of measured tracings: {fault}") from fault
    return train_optimizer(measured, out, OptimizerConfig(), table.name, progress)


def search_tracings(
    out: Path,
    work: Path,
    folder: Path | None,
    pool: int,
    pool_images: int,
    portfolio: int,
    images: int,
    seed: int,
    jobs: int,
    progress: Progress,
) -> dict[str, object]:
    """
    Grow a portfolio out of a random pool of tracings, measure it on images, and write the table to `out`.

    Without a folder the images are generated: as many of each type, other ones for another `seed`. The pool is measured
    on images of its own, so that the portfolio is not chosen on the images that the optimizer learns from.

    Raises:
        DatasetFault: the folder holds too few images.
    """
    samples = _mixed(load_dataset(folder)) if folder else generated(seed, pool_images + images)
    if len(samples) < pool_images + 40:
        raise DatasetFault(f"the search needs at least {pool_images + 40} images; {folder} holds {len(samples)}")
    tracings = random_pool(pool, seed)
    measured = search(samples[:pool_images], tracings, work / "pool", progress, jobs)
    numbers = {tracing.model_dump_json(): number for number, tracing in enumerate(tracings)}
    numbered = measured.assign(tracing=measured["tracing"].map(numbers))
    chosen = grow_portfolio(numbered, portfolio)
    members: list[TracingParameters] = [tracings[number] for number in chosen]
    table = search(samples[pool_images : pool_images + images], members, work / "portfolio", progress, jobs)
    out.parent.mkdir(parents=True, exist_ok=True)
    write_table(table, out)
    return {
        "tracings in the pool": len(tracings),
        "tracings kept": len(members),
        "loss of one tracing against the pool, ln(bytes)": round(portfolio_loss(numbered, chosen[:1]), 3),
        "loss of the portfolio against the pool, ln(bytes)": round(portfolio_loss(numbered, chosen), 3),
        "images measured": table["image"].nunique(),
        "rows": len(table),
        "written to": out,
    }


def generated(seed: int, count: int) -> list[Sample]:
    """`count` generated images, the four types in turn, named <type>/<seed> so that a name gives its image again."""
    return [generated_sample(LOGO_TYPES[index % 4], seed * 10_000_000 + index // 4) for index in range(count)]


def generated_sample(kind: str, seed: int) -> Sample:
    """The generated image of one type and seed."""
    logo_type = next(known for known in LOGO_TYPES if known == kind)
    image = generate_image(logo_type, seed)
    name = f"{logo_type}/{seed}"
    return Sample(name, logo_type, name, image.data)


def _load(folders: Sequence[Path]) -> Dataset:
    return combine(*(load_dataset(folder) for folder in folders))


def _mixed(dataset: Dataset) -> list[Sample]:
    """The samples in an order that has nothing to do with their folders, so that every part holds all types."""
    return sorted(dataset.samples, key=lambda sample: hashlib.sha256(sample.name.encode()).digest())
