"""
The network inputs of a set of samples, computed on all cores. This module does not import torch: worker processes
import it, and torch would cost each of them seconds and hundreds of MB.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from joblib import Parallel, delayed

from svgai.array_types import Floats, Pixels
from svgai.describe.classifier import network_input
from svgai.describe.features import FEATURE_NAMES, extract_features
from svgai.errors import DatasetFault
from svgai.logo_types import LOGO_TYPES
from training.data.datasets import Sample
from training.data.progress import Progress
from training.data.synthetic.pictures import generate_picture

_SEED_STRIDE = 10_000_000


@dataclass(frozen=True, eq=False)
class Inputs:
    """Network inputs of n images: pixels (n, 3, side, side) uint8, features (n, f) float32, labels (n,) int64."""

    pixels: Pixels
    features: Floats
    labels: npt.NDArray[np.int64]

    def rows(self, places: Sequence[int] | npt.NDArray[np.int64]) -> "Inputs":
        """The inputs of the images at `places`."""
        chosen = np.asarray(places, np.int64)
        return Inputs(self.pixels[chosen], self.features[chosen], self.labels[chosen])


def prepare(samples: Sequence[Sample], progress: Progress, jobs: int = -1) -> Inputs:
    """
    Compute network inputs on all cores.

    Raises:
        DatasetFault: a sample has no type, or a type has too few samples to train on.
    """
    for logo_type in LOGO_TYPES:
        count = sum(sample.kind == logo_type for sample in samples)
        if count < 10:
            raise DatasetFault(f"the classifier needs at least 10 images of type {logo_type}; there are {count}")
    if any(sample.kind is None for sample in samples):
        raise DatasetFault("the classifier needs a type for every image: sort them into folders named by type")
    parts = Parallel(jobs, return_as="generator")(delayed(_inputs)(sample) for sample in samples)
    rows = []
    for row in parts:
        rows.append(row)
        progress("Reading images", len(rows), len(samples))
    return Inputs(
        np.stack([pixels for pixels, _ in rows]),
        np.stack([features for _, features in rows]),
        np.array([LOGO_TYPES.index(sample.kind) for sample in samples if sample.kind], np.int64),
    )


def picture_features(count: int, seed: int, progress: Progress, jobs: int = -1) -> Floats:
    """The features (count, f) of generated photographs and paintings, of type complex; `seed` selects the set."""
    seeds = [seed * _SEED_STRIDE + number for number in range(count)]
    features = np.zeros((count, len(FEATURE_NAMES)), np.float32)
    for row, found in enumerate(Parallel(jobs, return_as="generator")(delayed(_picture)(one) for one in seeds)):
        features[row] = found
        progress("Drawing photographs", row + 1, count)
    return features


def _picture(seed: int) -> Floats:
    return extract_features(generate_picture(seed))


def _inputs(sample: Sample) -> tuple[Pixels, Floats]:
    rgba = sample.rgba()
    return network_input(rgba), extract_features(rgba)
