"""Sets of logos for training and evaluation: samples, folders of files, splits and digests.

`training.data.dataset_writer` writes generated sets.
"""

import hashlib
import json
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from svgai.array_types import Pixels
from svgai.decode.image_files import decode_image
from svgai.decode.image_folders import image_paths
from svgai.decode.pixels import composite
from svgai.errors import DatasetFault, SvgAiError
from svgai.logo_types import LOGO_TYPES, LogoType
from svgai.measure.svg_size import drawn

MANIFEST = "manifest.parquet"
LABELS = "labels.json"

_VARIANT = re.compile(
    r"^(.+?)[-_ ](?:icon|vertical|horizontal|dark|light|wordmark|logomark|logotype|logo|mark|symbol|monochrome|mono"
    r"|black|white|color|colour|inverted|square|round|alt|text|glyph|full|old|original|plain|line)(?:[-_ .].*)?$"
)


@dataclass(frozen=True)
class Sample:
    """
    One image of a set, kept encoded, so that thousands of them fit into memory.

    Attributes:
        name: Unique within its set, the path below the folder without suffix.
        kind: The type, or None if it has no label.
        brand: Samples of one brand are always in the same split.
        data: The file: a raster format that the service reads, or SVG.
        longest: Longest side in pixels that an SVG is drawn at; a raster image keeps its own size.
        on_white: Whether it is composited on white, even if it has transparency.
    """

    name: str
    kind: LogoType | None
    brand: str
    data: bytes
    longest: int = 256
    on_white: bool = False

    @property
    def is_svg(self) -> bool:
        return b"<svg" in self.data[:4096] or (b"<svg" in self.data and self.data.lstrip()[:1] == b"<")

    @property
    def drawing(self) -> str | None:
        """The SVG that the image is drawn from; None where it is pixels only."""
        return self.data.decode("utf-8", errors="replace") if self.is_svg else None

    def rgba(self) -> Pixels:
        """
        Decode or draw the image: (H, W, 4) uint8 with straight alpha.

        Raises:
            SvgAiError: The file is not an image or not a drawable SVG.
        """
        rgba = self._as_it_is()
        if not self.on_white:
            return rgba
        return np.dstack([composite(rgba, 255), np.full(rgba.shape[:2], 255, np.uint8)])

    def _as_it_is(self) -> Pixels:
        svg = self.drawing
        return decode_image(self.data).rgba if svg is None else drawn(svg, self.longest)


@dataclass(frozen=True)
class Dataset:
    """
    Samples, and the files that could not be read.

    Attributes:
        samples: Sorted by name.
        skipped: File and reason, as text for users.
    """

    samples: tuple[Sample, ...]
    skipped: tuple[tuple[str, str], ...] = ()


def load_dataset(
    folder: Path,
    labels: Path | None = None,
    size: int = 256,
    progress: Callable[[int, int], None] | None = None,
    *,
    drawings: bool = False,
) -> Dataset:
    """
    Read a generated set, or any folder of SVG and raster files with its subfolders.

    A generated set is read from its manifest, and every file is checked against its digest. In any other folder the
    type of a file is what `labels` says ({"file": "type"}; by default the folder's labels.json where it exists), else
    the name of a parent folder, else None. Of files that differ only in suffix, the raster one is used, or with
    `drawings` the SVG one.

    Args:
        folder: The folder.
        labels: A JSON file with types by path below the folder, file name or stem.
        size: Longest side in pixels that SVG files are drawn at.
        progress: Called with (files done, total files).
        drawings: Whether the SVG files of a generated set are used, for which its manifest has no digest.

    Raises:
        DatasetFault: There is no such folder, no usable image in it, or the labels are invalid.
    """
    if not folder.is_dir():
        raise DatasetFault(f"{folder} is not a folder")
    if (folder / MANIFEST).is_file() and labels is None:
        return _load_generated(folder, size, progress, drawings)
    kinds = _read_labels(labels or folder / LABELS, required=labels is not None)
    files = list(image_paths(folder, drawings=drawings).values())
    samples: list[Sample] = []
    skipped: list[tuple[str, str]] = []
    used: set[str] = set()
    for done, path in enumerate(files, start=1):
        relative = path.relative_to(folder)
        key = next((k for k in (relative.as_posix(), path.name, path.stem) if k in kinds), None)
        if key is not None:
            used.add(key)
        kind = kinds[key] if key is not None else _kind_of_folder(relative)
        try:
            sample = Sample(relative.with_suffix("").as_posix(), kind, brand_of(path.name), path.read_bytes(), size)
            sample.rgba()
            samples.append(sample)
        except (SvgAiError, OSError) as fault:
            skipped.append((relative.as_posix(), str(fault)))
        if progress is not None:
            progress(done, len(files))
    skipped += [(name, "labelled, but there is no such file") for name in sorted(set(kinds) - used)]
    if not samples:
        raise DatasetFault(f"{folder} holds no readable SVG or raster image")
    return Dataset(tuple(samples), tuple(skipped))


def combine(*datasets: Dataset) -> Dataset:
    """
    One set of several.

    Raises:
        DatasetFault: Two sets hold different images under one name.
    """
    found: dict[str, Sample] = {}
    for sample in (sample for dataset in datasets for sample in dataset.samples):
        known = found.setdefault(sample.name, sample)
        if known != sample:
            raise DatasetFault(f"two different images are called {sample.name}; rename one")
    skipped = tuple(entry for dataset in datasets for entry in dataset.skipped)
    return Dataset(tuple(found[name] for name in sorted(found)), skipped)


def labelled(samples: Sequence[Sample]) -> Sequence[Sample]:
    """
    The samples, if each has a type.

    Raises:
        DatasetFault: Some have none; the message names the first of them and says what to do.
    """
    bare = [sample.name for sample in samples if sample.kind is None]
    if bare:
        names = ", ".join(bare[:5]) + (", ..." if len(bare) > 5 else "")
        raise DatasetFault(
            f"{len(bare)} of {len(samples)} images have no type ({names}): put them into folders named "
            f"{', '.join(LOGO_TYPES)}, or list them in {LABELS} as {{file: type}}"
        )
    return samples


def digest(samples: Iterable[Sample]) -> str:
    """SHA-256 (hex) of names, types and contents, independent of their order: the same set gives the same digest."""
    lines = sorted(
        f"{sample.name}\t{sample.kind}\t{sample.longest if sample.is_svg else 0}\t"
        f"{hashlib.sha256(sample.data).hexdigest()}{' on white' if sample.on_white else ''}\n"
        for sample in samples
    )
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def brand_of(name: str) -> str:
    """The brand in a file name: the part before its first variant word, as in `acme` of `acme-icon-dark.svg`."""
    stem = re.sub(r"\.[A-Za-z]{3,4}$", "", name.rsplit("/", 1)[-1]).lower()
    found = _VARIANT.match(stem)
    return found[1] if found else stem


def split_by_brand(samples: Sequence[Sample], fractions: Sequence[float], seed: int) -> tuple[list[Sample], ...]:
    """
    Split so that no brand is in two parts and the types are distributed evenly.

    Args:
        samples: What to split.
        fractions: Share of each part; they sum to one.
        seed: Another seed gives another split.

    Returns:
        One list per fraction, each in the order of `samples`.

    Raises:
        ValueError: The fractions are negative or do not sum to one.
    """
    if min(fractions, default=-1.0) < 0 or abs(sum(fractions) - 1) > 1e-6:
        raise ValueError("fractions must be positive and sum to one")
    brands: dict[str, list[int]] = {}
    for index, sample in enumerate(samples):
        brands.setdefault(sample.brand, []).append(index)
    strata: dict[LogoType | None, list[str]] = {}
    for brand, members in brands.items():
        strata.setdefault(samples[members[0]].kind, []).append(brand)
    parts: list[list[int]] = [[] for _ in fractions]
    for names in strata.values():
        total = sum(len(brands[brand]) for brand in names)
        done, part, limit = 0, 0, fractions[0] * total
        for brand in sorted(names, key=lambda text: hashlib.sha256(f"{seed}:{text}".encode()).digest()):
            # A brand goes to the part that contains its middle, so rounding favours no part.
            while done + len(brands[brand]) / 2 > limit + 1e-9 and part + 1 < len(fractions):
                part += 1
                limit += fractions[part] * total
            parts[part] += brands[brand]
            done += len(brands[brand])
    return tuple([samples[index] for index in sorted(part)] for part in parts)


def _load_generated(folder: Path, size: int, progress: Callable[[int, int], None] | None, drawings: bool) -> Dataset:
    table = _read_manifest(folder / MANIFEST)
    samples: list[Sample] = []
    skipped: list[tuple[str, str]] = []
    for done, row in enumerate(table.itertuples(), start=1):
        file, kind, brand = str(row.svg if drawings else row.file), str(row.kind), str(row.brand)
        try:
            data = (folder / file).read_bytes()
        except OSError as fault:
            skipped.append((file, str(fault)))
        else:
            if drawings or hashlib.sha256(data).hexdigest() == row.sha256:
                name = Path(file).with_suffix("").as_posix()
                samples.append(Sample(name, _kind(kind, file), brand, data, size))
            else:
                skipped.append((file, "not the file that the manifest lists"))
        if progress is not None:
            progress(done, len(table))
    if not samples:
        raise DatasetFault(f"none of the images that {folder / MANIFEST} lists is there")
    return Dataset(tuple(sorted(samples, key=lambda sample: sample.name)), tuple(skipped))


def _read_manifest(path: Path) -> pd.DataFrame:
    try:
        return pd.read_parquet(path, columns=["file", "svg", "kind", "brand", "sha256"])
    except (OSError, ValueError) as fault:
        raise DatasetFault(f"{path} is no list of generated images; `svgai data` writes it anew: {fault}") from fault


def _read_labels(path: Path, *, required: bool) -> dict[str, LogoType]:
    if not path.is_file():
        if required:
            raise DatasetFault(f"there is no labels file {path}")
        return {}
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as fault:
        raise DatasetFault(f"{path} is not valid JSON: {fault}") from fault
    if not isinstance(content, dict):
        raise DatasetFault(f'{path} must be one object of the form {{"file": "type"}}')
    return {str(name): _kind(value, str(name)) for name, value in content.items()}


def _kind(value: object, name: str) -> LogoType:
    for kind in LOGO_TYPES:
        if value == kind:
            return kind
    raise DatasetFault(f"{name} has the type {value!r}; the types are {', '.join(LOGO_TYPES)}")


def _kind_of_folder(relative: Path) -> LogoType | None:
    for part in reversed(relative.parts[:-1]):
        if part.lower() in LOGO_TYPES:
            return _kind(part.lower(), relative.as_posix())
    return None
