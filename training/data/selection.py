"""Selects the images to measure: by hash, so that a selection depends only on names, and a larger one extends it."""

import hashlib
from collections.abc import Iterable

from svgai.logo_types import LOGO_TYPES
from training.data.datasets import Sample


def by_hash(samples: Iterable[Sample]) -> list[Sample]:
    """In the order of the SHA-256 digests of their names."""
    return sorted(samples, key=lambda sample: hashlib.sha256(sample.name.encode()).digest())


def is_held_out(brand: str) -> bool:
    """
    Whether a brand is in the held-out half, which is not used while tracing is tuned. That half has an odd SHA-256
    digest of the brand's name, read as a number; the even half is for tuning.
    """
    return int(hashlib.sha256(brand.encode()).hexdigest(), 16) % 2 == 1


def of_brands(samples: Iterable[Sample], *, held_out: bool) -> list[Sample]:
    """The samples of held-out brands, or all."""
    return [sample for sample in samples if not held_out or is_held_out(sample.brand)]


def first_of_each_type(samples: Iterable[Sample], per_type: int) -> list[Sample]:
    """The labelled samples, type by type, each sorted by hash: at most `per_type` of each; 0 takes all."""
    ordered = by_hash(samples)
    return [
        sample for kind in LOGO_TYPES for sample in [one for one in ordered if one.kind == kind][: per_type or None]
    ]
