"""
Real logos as images to measure tracings on: only those of the brands that tracing may be tuned on.

Their measurements ship with the table; their pixels do not. Half of them are composited on white, since users send
both, and the name says which: `real/NAME` or `real-on-white/NAME`.
"""

import hashlib
from dataclasses import dataclass, replace
from pathlib import Path

from training.data.datasets import Sample, load_dataset
from training.data.selection import by_hash, is_held_out


@dataclass(frozen=True)
class RealImages:
    """A folder of images, and the file that names their types."""

    folder: Path
    labels: Path | None = None

    def samples(self) -> list[Sample]:
        """
        The images of brands that are not held out, in the order of hashes.

        Raises:
            DatasetFault: the folder or the labels cannot be read.
        """
        found = load_dataset(self.folder, self.labels).samples
        return [_named(sample) for sample in by_hash(found) if not is_held_out(sample.brand) and sample.kind]


def _named(sample: Sample) -> Sample:
    # Not the last bit, which decides the half that a brand belongs to.
    on_white = hashlib.sha256(sample.name.encode()).digest()[0] % 2 == 1
    name = f"{'real-on-white' if on_white else 'real'}/{sample.name}"
    return replace(sample, name=name, on_white=on_white)
