"""Outcomes stored in a Parquet file, so that nothing is measured twice or lost by a later error."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

import pandas as pd

from evaluation.methods.all_methods import Comparison, Outcome
from svgai.errors import DatasetFault
from training.data.datasets import Sample, digest
from training.data.parquet_files import write_parquet
from training.search.code_digest import code_digest

COMPARING = ("evaluation.judge", "evaluation.methods", "training.data", "training.search")
"""The packages beside `svgai` that outcomes depend on."""

Kept = Mapping[str, Sequence[Outcome]]
"""The outcomes of images by their key."""


def made_of(models: str, comparison: Comparison) -> Callable[[Sample], str]:
    """A key for the outcomes of an image from everything they depend on: image, models, comparison, and the code."""
    how = hashlib.sha256(f"{models}\n{comparison!r}\n{code_digest(*COMPARING)}".encode()).hexdigest()
    return lambda sample: hashlib.sha256(f"{how}{digest([sample])}".encode()).hexdigest()[:16]


def read_outcomes(path: Path) -> dict[str, list[Outcome]]:
    """
    The outcomes in a file; none if it does not exist.

    Raises:
        DatasetFault: it exists and contains something else.
    """
    if path.is_dir():  # a folder would be read as a table in many files, and could not be written
        raise DatasetFault(f"{path} is a folder, not a file to keep outcomes in")
    if not path.exists():
        return {}
    try:
        table = pd.read_parquet(path)
        kept: dict[str, list[Outcome]] = {}
        for row in table.to_dict("records"):
            key, numbers = str(row.pop("made_of")), tuple(map(float, row.pop("probabilities")))
            kept.setdefault(key, []).append(Outcome(probabilities=numbers, **{str(k): v for k, v in row.items()}))
    except (OSError, ValueError, KeyError, TypeError) as fault:
        raise DatasetFault(f"{path} holds no outcomes of this version; remove it or name another: {fault}") from fault
    return kept


def write_outcomes(kept: Kept, path: Path) -> None:
    """Write all outcomes atomically."""
    rows = [{"made_of": key, **asdict(outcome)} for key, outcomes in kept.items() for outcome in outcomes]
    if not rows:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    write_parquet(pd.DataFrame(rows), path)
