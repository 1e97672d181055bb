"""
Measures every tracing of a list on every image: the table that the optimizer is trained on.

The unit of work is an image. Each finished image is a separate Parquet file, written atomically, so that a killed
search resumes where it stopped.
"""

import hashlib
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path

import pandas as pd

from svgai.describe.features import FEATURE_NAMES, extract_features
from svgai.errors import DatasetFault
from svgai.trace.parameters import TracingParameters
from training.data.datasets import Sample, digest
from training.data.parquet_files import write_parquet
from training.data.progress import Progress
from training.search.code_digest import code_digest
from training.search.tracing_process import Limits, Measured, measure_tracings
from training.search.workers import Workers

MEASURES = ("ssim", "worst", "edge_ssim", "delta_e", "bytes", "paths", "seconds")
LIMITS = Limits()


@dataclass(frozen=True, eq=False)
class Search:
    """
    The result of a search.

    Attributes:
        table: One row an image and tracing: image, kind, tracing (its JSON), the features, MEASURES.
        left_out: Number of tracings of an image without a row, by reason.
        measured: Images that this search measured itself; the others were reused.
        seconds: How long that took.
    """

    table: pd.DataFrame
    left_out: Mapping[str, int]
    measured: int
    seconds: float


def evaluate_tracings(sample: Sample, tracings: Sequence[TracingParameters], limits: Limits = LIMITS) -> pd.DataFrame:
    """
    Trace one image with every tracing.

    Returns one row a tracing: image, kind, tracing (its JSON), the features, MEASURES, left_out. The last is empty or
    the reason for missing measures.

    Raises:
        InvalidImage: the image cannot be decoded.
        TracingFailed: no tracing process can be started.
    """
    rgba = sample.rgba()
    described = dict(zip(FEATURE_NAMES, map(float, extract_features(rgba)), strict=True))
    rows = []
    for parameters, outcome in zip(tracings, measure_tracings(rgba, tracings, limits), strict=True):
        row = {
            "image": sample.name,
            "kind": sample.kind or "",
            "tracing": parameters.model_dump_json(),
            **described,
        }
        if isinstance(outcome, Measured):
            rows.append({**row, **asdict(outcome.quality), "seconds": outcome.seconds, "left_out": ""})
        else:
            rows.append({**row, "left_out": outcome})
    return pd.DataFrame(rows, columns=["image", "kind", "tracing", *FEATURE_NAMES, *MEASURES, "left_out"])


def search(
    samples: Sequence[Sample],
    tracings: Sequence[TracingParameters],
    folder: Path,
    workers: Workers,
    progress: Progress,
    stage: str = "Measuring tracings",
    limits: Limits = LIMITS,
) -> Search:
    """
    Evaluate all tracings on all images; returns the whole table, including earlier searches.

    Parts are in `folder` and are written here, not by the workers, which may be on other machines; a part is reused if
    it was made from the same image, tracings and limits by the same code.

    Raises:
        DatasetFault: there are no images, no tracing of any of them succeeded, or an earlier part is damaged.
    """
    if not samples:
        raise DatasetFault("there are no images to search on")
    folder.mkdir(parents=True, exist_ok=True)
    how = "".join((code_digest(), repr(limits), *(tracing.model_dump_json() for tracing in tracings)))
    made_of = hashlib.sha256(how.encode()).hexdigest()[:12]
    paths = {sample.name: folder / f"{_file_name(sample)}-{made_of}.parquet" for sample in samples}
    missing = [sample for sample in samples if not paths[sample.name].is_file()]
    done = len(samples) - len(missing)
    progress(stage, done, len(samples))
    began = time.monotonic()
    for name, part in workers(partial(_evaluate_one, tracings=tracings, limits=limits), missing):
        write_table(part, paths[name])
        done += 1
        progress(stage, done, len(samples))
    seconds = time.monotonic() - began
    everything = pd.concat([_read_part(path) for path in paths.values()], ignore_index=True)
    measured = everything["left_out"] == ""
    table = everything[measured].drop(columns="left_out").astype({"bytes": "int64", "paths": "int64"})
    if table.empty:
        raise DatasetFault("no tracing of any image succeeded")
    left_out = everything["left_out"][~measured].value_counts().to_dict()
    return Search(table.reset_index(drop=True), left_out, len(missing), seconds)


def _evaluate_one(sample: Sample, tracings: Sequence[TracingParameters], limits: Limits) -> tuple[str, pd.DataFrame]:
    return sample.name, evaluate_tracings(sample, tracings, limits)


def write_table(table: pd.DataFrame, path: Path) -> None:
    """Write a Parquet file atomically; measures and features are stored as 32-bit numbers."""
    narrow = {name: "float32" for name in table.columns if table[name].dtype == "float64"}
    write_parquet(table.astype(narrow), path)


def _read_part(path: Path) -> pd.DataFrame:
    try:
        return pd.read_parquet(path)
    except (OSError, ValueError) as fault:
        raise DatasetFault(f"{path} is damaged; remove it, and its image is measured anew: {fault}") from fault


def _file_name(sample: Sample) -> str:
    readable = "".join(c if c.isalnum() or c in "-_" else "-" for c in sample.name)[-60:]
    return f"{readable}-{digest([sample])[:12]}"
