"""Complete training tasks, as called from the command line."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pandas as pd

from svgai.errors import DatasetFault
from svgai.logo_types import LOGO_TYPES
from svgai.model_files.training_record import TrainingRecord
from training.data.datasets import Dataset, Sample, combine, labelled, load_dataset
from training.data.origin import origin_of
from training.data.progress import Progress, Watch, unwatched
from training.data.real_images import RealImages
from training.data.selection import by_hash
from training.data.synthetic.logos import generate_image
from training.fit.config_values import with_values
from training.search.parameter_search import write_table
from training.search.portfolio_search import PortfolioSearch, SearchSizes, search_portfolio
from training.search.tracing_table import read_table, served
from training.search.workers import workers


def train_one(
    kind: str,
    folders: Sequence[Path],
    table: Path,
    out: Path,
    progress: Progress,
    values: Mapping[str, str] = MappingProxyType({}),
    watch: Watch = unwatched,
) -> TrainingRecord:
    """
    Train the classifier on folders of labelled images, or the optimizer on a table of measured tracings.

    `values` replace settings of the training by name; `watch` is called with the metrics of each epoch or round.

    Raises:
        DatasetFault: the folders or the table cannot be trained on.
        ValueError: a setting that there is not, or a value that is none of it.
    """
    config = training_config(kind, values)
    if kind == "classifier":
        # torch takes seconds to import, and the optimizer does not need it.
        from training.fit.classifier.train_classifier import train_classifier  # noqa: PLC0415

        samples = labelled_samples(folders)
        source = ", ".join(folder.name for folder in folders)
        origin = origin_of(folders, f"{len(samples)} labelled images")
        return train_classifier(samples, out, config, source, progress, watch=watch, origin=origin)
    from training.fit.train_optimizer import train_optimizer  # noqa: PLC0415

    measured = measured_tracings(table)
    images, own = measured["image"], served(measured)
    said = f"tracings of {images[~own].nunique()} images, measured by svgai search"
    if own.any():
        said += f", and of {images[own].nunique()} images that were served"
    origin = origin_of([table], said)
    return train_optimizer(measured, out, config, table.name, progress, watch=watch, origin=origin)


def labelled_samples(folders: Sequence[Path]) -> Sequence[Sample]:
    """
    The images of folders, each with a type.

    Raises:
        DatasetFault: a folder is none of images, or an image has no type.
    """
    return labelled(combine(*(load_dataset(folder) for folder in folders)).samples)


def measured_tracings(table: Path) -> pd.DataFrame:
    """
    The table of measured tracings in a file.

    Raises:
        DatasetFault: there is no such file, or it holds no such table.
    """
    if not table.is_file():
        raise DatasetFault(f"there is no table of measured tracings at {table}; make one with: svgai search")
    return read_table(table)


def training_config(kind: str, values: Mapping[str, str]) -> Any:
    """
    The training settings of a kind of model, with replaced values.

    Raises:
        ValueError: a setting that there is not, or a value that is none of it.
    """
    if kind == "classifier":
        from training.fit.classifier.network_fit import ClassifierConfig  # noqa: PLC0415

        return with_values(ClassifierConfig(), values)
    from training.fit.surrogate import OptimizerConfig  # noqa: PLC0415

    return with_values(OptimizerConfig(), values)


def search_tracings(
    out: Path,
    work: Path,
    folder: Path | None,
    real: RealImages | None,
    sizes: SearchSizes,
    seed: int,
    jobs: int,
    scheduler: str | None,
    progress: Progress,
) -> PortfolioSearch:
    """
    Grow a portfolio from a random pool of tracings, measure it on images, and write the table to `out`.

    Without a folder the images are generated: equally many of each type, determined by `seed`. With `real`, every
    second image is one of these, as long as there are any. The Dask cluster at `scheduler` does the work, or `jobs`
    processes on this machine.

    Raises:
        DatasetFault: there are too few images.
        ClusterFault: the cluster cannot be reached or gave up.
    """
    with workers(jobs, scheduler) as working:
        samples = _mixed(load_dataset(folder)) if folder else generated(seed, sizes.all_images)
        if real:
            samples = alternating(samples, real.samples())[: sizes.all_images]
        if len(samples) < sizes.pool_images + 40:
            raise DatasetFault(f"the search needs at least {sizes.pool_images + 40} images; it has {len(samples)}")
        found = search_portfolio(samples, sizes, seed, work, working, progress)
    out.parent.mkdir(parents=True, exist_ok=True)
    write_table(found.table, out)
    return found


def alternating(some: Sequence[Sample], others: Sequence[Sample]) -> list[Sample]:
    """One of each alternately, until one of both is exhausted; then the rest of the other."""
    pairs = [sample for pair in zip(some, others, strict=False) for sample in pair]
    both = len(pairs) // 2
    return [*pairs, *some[both:], *others[both:]]


def generated(seed: int, count: int) -> list[Sample]:
    """`count` generated images of the four types in turn, named <type>/<seed> so that a name gives its image again."""
    return [generated_sample(LOGO_TYPES[index % 4], seed * 10_000_000 + index // 4) for index in range(count)]


def generated_sample(kind: str, seed: int) -> Sample:
    """The generated image of one type and seed."""
    logo_type = next(known for known in LOGO_TYPES if known == kind)
    image = generate_image(logo_type, seed)
    name = f"{logo_type}/{seed}"
    return Sample(name, logo_type, name, image.data)


def _mixed(dataset: Dataset) -> list[Sample]:
    """The samples in an order independent of their folders, so that every part contains all types."""
    return by_hash(dataset.samples)
