"""Writes a set of generated logos: images, their SVG files, and a manifest with a digest of each."""

import hashlib
import io
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

import pandas as pd
from joblib import Parallel, delayed
from PIL import Image

from svgai.logo_types import LOGO_TYPES, LogoType
from svgai.whole_files import write_whole
from training.data.datasets import MANIFEST
from training.data.synthetic.drawing.typefaces import FontLibrary
from training.data.synthetic.logos import bundled_fonts, generate_image, generator_fingerprint, image_suffix

_FINGERPRINT = "generator.sha256"
_BATCH = 24
_SEED_STRIDE = 10_000_000


@dataclass(frozen=True)
class _Entry:
    file: str
    svg: str
    kind: str
    brand: str
    seed: int
    width: int
    height: int
    sha256: str


def write_dataset(
    out_dir: Path,
    per_kind: int,
    seed: int,
    workers: int = -1,
    progress: Callable[[int, int], None] | None = None,
    *,
    system_fonts: bool = False,
) -> Path:
    """
    Generate `per_kind` logos of each type into `<kind>/<seed>.png|jpg` with an SVG beside each.

    It may be stopped at any time and called again: finished images are kept. Images of an older generator are
    regenerated. The manifest is written last, so a folder with a manifest is complete.

    Args:
        out_dir: Folder to write to; created if missing.
        per_kind: Images of each type.
        seed: Base seed; different base seeds have no image in common.
        workers: Processes; -1 for one per core.
        progress: Called with (images done, total images).
        system_fonts: Also use installed fonts; the images then depend on the machine.

    Returns:
        Path of the manifest.

    Raises:
        ValueError: `per_kind` is not between one and ten million, or `seed` is negative.
    """
    if not 0 < per_kind <= _SEED_STRIDE or seed < 0:
        raise ValueError("per_kind must be between 1 and 10,000,000 and seed must not be negative")
    out_dir.mkdir(parents=True, exist_ok=True)
    manifest = out_dir / MANIFEST
    manifest.unlink(missing_ok=True)
    keep = _same_generator(out_dir, system_fonts)
    jobs = [(kind, seed * _SEED_STRIDE + index) for index in range(per_kind) for kind in LOGO_TYPES]
    batches = [jobs[start : start + _BATCH] for start in range(0, len(jobs), _BATCH)]
    pool = Parallel(n_jobs=workers, return_as="generator_unordered")
    entries: list[_Entry] = []
    for written in pool(delayed(_write_batch)(out_dir, batch, keep, system_fonts) for batch in batches):
        entries.extend(written)
        if progress is not None:
            progress(len(entries), len(jobs))
    entries.sort(key=lambda entry: entry.file)
    table = io.BytesIO()
    pd.DataFrame([asdict(entry) for entry in entries]).to_parquet(table, index=False)
    write_whole(manifest, table.getvalue())
    return manifest


def _same_generator(out_dir: Path, system_fonts: bool) -> bool:
    """Whether the images in the folder come from this generator; the folder is marked as this generator's."""
    mark = f"{generator_fingerprint()}{' system fonts' if system_fonts else ''}\n"
    path = out_dir / _FINGERPRINT
    same = path.is_file() and path.read_text(encoding="utf-8") == mark
    if not same:
        # Without a mark nothing here is the generator's: images in a user's own folder may be numbered, too.
        for kind in LOGO_TYPES if path.is_file() else ():
            for stale in (out_dir / kind).glob("*"):
                if stale.stem.isdigit():
                    stale.unlink()
        write_whole(path, mark.encode())
    return same


def _write_batch(out_dir: Path, batch: list[tuple[LogoType, int]], keep: bool, system_fonts: bool) -> list[_Entry]:
    fonts = FontLibrary.with_system() if system_fonts else bundled_fonts()
    return [_write_one(out_dir, kind, seed, keep, fonts) for kind, seed in batch]


def _write_one(out_dir: Path, kind: LogoType, seed: int, keep: bool, fonts: FontLibrary) -> _Entry:
    stem = f"{kind}/{seed:09d}"
    file, svg = f"{stem}{image_suffix(kind, seed)}", f"{stem}.svg"
    if keep and (out_dir / file).is_file() and (out_dir / svg).is_file():
        data = (out_dir / file).read_bytes()
        with Image.open(io.BytesIO(data)) as header:
            width, height = header.size
    else:
        image = generate_image(kind, seed, fonts)
        (out_dir / kind).mkdir(exist_ok=True)
        write_whole(out_dir / svg, image.svg.encode())
        write_whole(out_dir / file, image.data)
        data, (height, width) = image.data, image.rgba.shape[:2]
    sha256 = hashlib.sha256(data).hexdigest()
    return _Entry(file, svg, kind, f"{kind}-{seed}", seed, width, height, sha256)
