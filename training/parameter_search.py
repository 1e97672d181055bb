"""
Every tracing of a list on every image, measured: the table that the optimizer learns from.

Work is cut by image. Each finished image is a Parquet file of its own, moved into place whole, so that a search that
was killed goes on where it stopped.
"""

import hashlib
import os
import time
from collections.abc import Sequence
from pathlib import Path

import pandas as pd
from joblib import Parallel, delayed

from svgai.errors import DatasetFault, RenderingFailed, TracingFailed
from svgai.features import FEATURE_NAMES, extract_features
from svgai.quality import Reference
from svgai.tracing import trace
from svgai.tracing_parameters import TracingParameters
from training.datasets import Sample, digest
from training.progress import Progress

MEASURES = ("ssim", "edge_ssim", "delta_e", "bytes", "paths", "seconds")


def evaluate_tracings(sample: Sample, tracings: Sequence[TracingParameters]) -> pd.DataFrame:
    """
    Trace one image in every way.

    Gives one row a tracing that succeeded: image, kind, tracing (its JSON), the features, MEASURES.
    """
    rgba = sample.rgba()
    reference = Reference(rgba)
    described = dict(zip(FEATURE_NAMES, map(float, extract_features(rgba)), strict=True))
    rows = []
    for parameters in tracings:
        began = time.perf_counter()
        try:
            svg = trace(rgba, parameters)
            seconds = time.perf_counter() - began
            quality = reference.measure(svg)
        except (TracingFailed, RenderingFailed):
            continue
        measured = {name: getattr(quality, name) for name in MEASURES if name != "seconds"}
        rows.append(
            {
                "image": sample.name,
                "kind": sample.kind or "",
                "tracing": parameters.model_dump_json(),
                **described,
                **measured,
                "seconds": seconds,
            }
        )
    return pd.DataFrame(rows)


def search(
    samples: Sequence[Sample],
    tracings: Sequence[TracingParameters],
    folder: Path,
    progress: Progress,
    jobs: int = -1,
) -> pd.DataFrame:
    """
    Evaluate all tracings on all images, on all cores by default; gives the whole table, also from earlier runs.

    Parts lie in `folder`; a part is taken over when it was made from the same image, tracings and features.

    Raises:
        DatasetFault: there are no images, or no tracing of any of them succeeded.
    """
    if not samples:
        raise DatasetFault("there are no images to search on")
    folder.mkdir(parents=True, exist_ok=True)
    how = "".join((*FEATURE_NAMES, *(tracing.model_dump_json() for tracing in tracings)))
    made_of = hashlib.sha256(how.encode()).hexdigest()[:12]
    paths = {sample.name: folder / f"{_file_name(sample)}-{made_of}.parquet" for sample in samples}
    missing = [sample for sample in samples if not paths[sample.name].is_file()]
    done = len(samples) - len(missing)
    progress("Searching tracings", done, len(samples))
    workers = Parallel(jobs, return_as="generator_unordered")
    for _ in workers(delayed(_search_one)(sample, tracings, paths[sample.name]) for sample in missing):
        done += 1
        progress("Searching tracings", done, len(samples))
    table = pd.concat([pd.read_parquet(path) for path in paths.values()], ignore_index=True)
    if table.empty:
        raise DatasetFault("no tracing of any image succeeded")
    return table


def _search_one(sample: Sample, tracings: Sequence[TracingParameters], path: Path) -> None:
    write_table(evaluate_tracings(sample, tracings), path)


def write_table(table: pd.DataFrame, path: Path) -> None:
    """Write a Parquet file and move it into place whole; measures and features are kept as 32-bit numbers."""
    narrow = {name: "float32" for name in table.columns if table[name].dtype == "float64"}
    partial = path.with_suffix(f".{os.getpid()}.partial")
    table.astype(narrow).to_parquet(partial, compression="zstd", index=False)
    partial.replace(path)


def _file_name(sample: Sample) -> str:
    readable = "".join(c if c.isalnum() or c in "-_" else "-" for c in sample.name)[-60:]
    return f"{readable}-{digest([sample])[:12]}"
