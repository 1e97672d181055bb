"""
Measured real logos: the features and types of one half of the brands, each in several treatments.

The table ships, the logos do not: training learns from it what generated images lack. It is regenerated with `python -m
training.data.measured_logos --dataset logos/svg` when the features or the labels change.
"""

import argparse
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random

import numpy as np
import pandas as pd
from joblib import Parallel, delayed

from svgai.array_types import Floats, Labels
from svgai.describe.features import FEATURE_NAMES, extract_features
from svgai.errors import DatasetFault, SvgAiError
from svgai.logo_types import LOGO_TYPES
from training.data.datasets import Sample, load_dataset
from training.data.parquet_files import write_parquet
from training.data.selection import is_held_out
from training.data.synthetic.degradation import Degradation, draw, draw_degradation

MEASURED = Path(__file__).parents[1] / "tables" / "real_logo_features.parquet"
LABELS = Path(__file__).parents[1] / "tables" / "real_logo_labels.json"
WHITE = (255, 255, 255)


@dataclass(frozen=True, eq=False)
class MeasuredLogos:
    """One row a logo and treatment; the logos that could not be drawn in every treatment, each with the reason."""

    table: pd.DataFrame
    left_out: tuple[tuple[str, str], ...]


def measure_logos(samples: Sequence[Sample], jobs: int = -1) -> MeasuredLogos:
    """
    The features of every labelled SVG sample of the tuning half, each in eight treatments.

    Raises:
        DatasetFault: not one of them could be drawn, or there are none.
    """
    chosen = [sample for sample in samples if sample.kind and sample.is_svg and not is_held_out(sample.brand)]
    found = list(zip(chosen, Parallel(jobs)(delayed(_rows_or_reason)(sample) for sample in chosen), strict=True))
    tables = [rows for _, rows in found if not isinstance(rows, str)]
    if not tables:
        raise DatasetFault("no labelled SVG file of the tuning half could be drawn")
    left_out = tuple((sample.name, reason) for sample, reason in found if isinstance(reason, str))
    return MeasuredLogos(pd.concat(tables, ignore_index=True), left_out)


def treatments(name: str) -> list[Degradation]:
    """At 256 px unchanged and on white; then, seeded by name, three random ones without and three with a ground."""
    plain = Degradation(256, None, 1.0, 0.0, None)
    drawn = [draw_degradation(Random(f"{name}:{number}")) for number in range(6)]
    clear = [replace(one, background=None, jpeg=None) for one in drawn[:3]]
    laid = [replace(one, background=one.background or WHITE) for one in drawn[3:]]
    return [plain, replace(plain, background=WHITE), *clear, *laid]


def read_measured(path: Path) -> tuple[Floats, Labels]:
    """
    The features (n, f) and labels (n,) of such a table.

    Raises:
        DatasetFault: there is no such file, or it was measured with other features or types.
    """
    try:
        table = pd.read_parquet(path, columns=["kind", *FEATURE_NAMES])
    except (OSError, ValueError) as fault:
        raise DatasetFault(f"{path} is not a readable table of measured logos: {fault}") from fault
    if unknown := sorted(set(table["kind"].astype(str)) - set(LOGO_TYPES)):
        raise DatasetFault(f"{path} has logos of unknown types: {', '.join(unknown)}")
    labels = table["kind"].map({kind: index for index, kind in enumerate(LOGO_TYPES)})
    return table[list(FEATURE_NAMES)].to_numpy(np.float32), labels.to_numpy(np.int64)


def _rows_or_reason(sample: Sample) -> pd.DataFrame | str:
    try:
        return _rows(sample)
    except SvgAiError as fault:
        return fault.message


def _rows(sample: Sample) -> pd.DataFrame:
    height, width = sample.rgba().shape[:2]
    svg = sample.data.decode("utf-8", errors="replace")
    found = [extract_features(draw(svg, width / height, one)[0]) for one in treatments(sample.name)]
    table = pd.DataFrame(np.stack(found), columns=list(FEATURE_NAMES))
    table.insert(0, "kind", sample.kind)
    table.insert(0, "brand", sample.brand)
    table.insert(0, "image", sample.name)
    return table


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure the logos of a folder, write the table, and list the invalid files that were left out."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--dataset", type=Path, required=True, help="folder of the SVG files")
    parser.add_argument("--labels", type=Path, default=LABELS, help="their types")
    parser.add_argument("--out", type=Path, default=MEASURED, help="the table")
    parser.add_argument("--jobs", type=int, default=-1, help="processes; -1: one per core")
    given = parser.parse_args(arguments)
    dataset = load_dataset(given.dataset, given.labels)
    measured = measure_logos(dataset.samples, given.jobs)
    write_parquet(measured.table, given.out)
    if left_out := (*dataset.skipped, *measured.left_out):
        reasons = "".join(f"\n  {name}: {reason}" for name, reason in left_out)
        sys.stderr.write(f"{len(left_out)} left out:{reasons}\n")


if __name__ == "__main__":
    main()
