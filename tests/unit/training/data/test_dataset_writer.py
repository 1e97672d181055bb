"""Writing generated sets."""

from pathlib import Path

import pandas as pd
import pytest

from svgai.errors import DatasetFault
from svgai.logo_types import LOGO_TYPES
from training.data.dataset_writer import write_dataset
from training.data.datasets import MANIFEST, digest, load_dataset
from training.data.synthetic.logos import generate_image


def _state(folder: Path) -> dict[str, tuple[bytes, int]]:
    return {
        str(p.relative_to(folder)): (p.read_bytes(), p.stat().st_mtime_ns) for p in folder.rglob("*") if p.is_file()
    }


def test_folder_holds_the_promised_types_and_reads_back(tmp_path: Path) -> None:
    """Each type has its count of images with an SVG beside each, and reading gives the generated images."""
    seen: list[tuple[int, int]] = []
    write_dataset(tmp_path, 3, 5, workers=1, progress=lambda done, total: seen.append((done, total)))
    data = load_dataset(tmp_path)
    assert [sum(s.kind == kind for s in data.samples) for kind in LOGO_TYPES] == [3] * 4
    assert data.skipped == ()
    assert seen[-1] == (12, 12)
    assert all((tmp_path / f"{s.name}.svg").is_file() for s in data.samples)
    first = next(s for s in data.samples if s.kind == "text")
    assert first.data == generate_image("text", int(first.name.split("/")[1])).data
    assert len({s.brand for s in data.samples}) == 12


def test_the_drawings_of_a_set_can_be_had_instead(tmp_path: Path) -> None:
    """Under the same names, types and brands, as clean as they were before they were made images."""
    write_dataset(tmp_path, 1, 5, workers=1)
    images, drawings = load_dataset(tmp_path).samples, load_dataset(tmp_path, drawings=True).samples
    assert [(s.name, s.kind, s.brand) for s in drawings] == [(s.name, s.kind, s.brand) for s in images]
    text = next(s for s in drawings if s.kind == "text")
    assert text.drawing == generate_image("text", int(text.name.split("/")[1])).svg


def test_second_run_adds_only_what_is_missing(tmp_path: Path) -> None:
    """A stopped run goes on: complete images stay untouched, a lost one comes back, the digest is the same."""
    manifest = write_dataset(tmp_path, 2, 0, workers=1)
    before, whole = _state(tmp_path), digest(load_dataset(tmp_path).samples)
    lost = next((tmp_path / "simple").glob("*.svg"))
    lost.unlink()
    manifest.unlink()
    write_dataset(tmp_path, 2, 0, workers=1)
    after = _state(tmp_path)
    assert {name: content for name, (content, _) in after.items()} == {n: c for n, (c, _) in before.items()}
    drawn = {name for name in after if after[name] != before[name]}
    assert {Path(name).stem for name in drawn} == {lost.stem, "manifest"}
    assert digest(load_dataset(tmp_path).samples) == whole


def test_images_of_another_generator_are_drawn_anew(tmp_path: Path) -> None:
    """A folder that another version of the generator left does not mix with this one's images."""
    write_dataset(tmp_path, 1, 0, workers=1)
    image = next(path for path in (tmp_path / "text").iterdir() if path.suffix != ".svg")
    right = image.read_bytes()
    image.write_bytes(b"old")
    (tmp_path / "generator.sha256").write_text("another\n")
    write_dataset(tmp_path, 1, 0, workers=1)
    assert image.read_bytes() == right


def test_tampered_images_are_skipped(tmp_path: Path) -> None:
    """An image that is not the one in the manifest is reported and left out."""
    write_dataset(tmp_path, 1, 0, workers=1)
    image = next(path for path in (tmp_path / "text").iterdir() if path.suffix != ".svg")
    image.write_bytes(b"else")
    data = load_dataset(tmp_path)
    assert [name for name, _ in data.skipped] == [f"text/{image.name}"]
    assert len(data.samples) == 3


def test_set_without_any_of_its_images_is_refused(tmp_path: Path) -> None:
    """A manifest alone is no set."""
    write_dataset(tmp_path, 1, 0, workers=1)
    for path in tmp_path.glob("*/*"):
        path.unlink()
    with pytest.raises(DatasetFault, match="manifest"):
        load_dataset(tmp_path)


def test_base_seeds_share_no_image(tmp_path: Path) -> None:
    """Sets of different base seeds have no brand in common."""
    for seed in (1, 2):
        write_dataset(tmp_path / str(seed), 2, seed, workers=1)
    one, two = ({s.brand for s in load_dataset(tmp_path / str(seed)).samples} for seed in (1, 2))
    assert not one & two


@pytest.mark.parametrize("per_kind, seed", [(0, 1), (-1, 1), (1, -1)])
def test_senseless_counts_are_refused(tmp_path: Path, per_kind: int, seed: int) -> None:
    """Counts must be positive and seeds not negative."""
    with pytest.raises(ValueError, match="per_kind"):
        write_dataset(tmp_path, per_kind, seed)


def test_images_of_ones_own_are_never_removed(tmp_path: Path) -> None:
    """A folder that no generator has marked may hold numbered files of a person."""
    own = tmp_path / "simple" / "42.png"
    own.parent.mkdir()
    own.write_bytes(b"mine")
    write_dataset(tmp_path, 1, 0, workers=1)
    assert own.read_bytes() == b"mine"


@pytest.mark.parametrize("left", [b"", b"PAR1 of another kind PAR1"])
def test_a_manifest_that_is_none_is_a_fault_that_names_it(tmp_path: Path, left: bytes) -> None:
    """As a power cut leaves it, or of another program."""
    (tmp_path / MANIFEST).write_bytes(left)
    with pytest.raises(DatasetFault, match=r"manifest\.parquet is no list of generated images"):
        load_dataset(tmp_path)
    pd.DataFrame({"track": [1]}).to_parquet(tmp_path / MANIFEST)
    with pytest.raises(DatasetFault, match=r"manifest\.parquet is no list of generated images"):
        load_dataset(tmp_path)
