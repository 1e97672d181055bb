"""Sets of logos: reading folders, labels, brands, splits and digests."""

import io
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from svgai.errors import DatasetFault
from svgai.logo_types import LOGO_TYPES, LogoType
from training.data.datasets import Dataset, Sample, brand_of, combine, digest, labelled, load_dataset, split_by_brand

SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 20"><path d="M0 0h40v20H0z" fill="#f00"/></svg>'


def _png(colour: str = "#ff0000") -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (30, 20), colour).save(file, "PNG")
    return file.getvalue()


def _folder(root: Path, files: dict[str, bytes | str]) -> Path:
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    return root


def test_folders_name_the_types(tmp_path: Path) -> None:
    """Files in folders named by type get that type; others none; names are paths without suffix."""
    data = load_dataset(_folder(tmp_path, {"simple/a.svg": SVG, "mine/Text/b.png": _png(), "c.png": _png()}))
    assert {s.name: s.kind for s in data.samples} == {"simple/a": "simple", "mine/Text/b": "text", "c": None}
    assert data.skipped == ()


def test_svg_is_drawn_at_the_size_asked_for(tmp_path: Path) -> None:
    """An SVG is drawn in its proportions, its longest side as asked."""
    data = load_dataset(_folder(tmp_path, {"a.svg": SVG}), size=100)
    assert data.samples[0].rgba().shape == (50, 100, 4)


def test_svg_without_viewbox_is_drawn_by_its_width_and_height(tmp_path: Path) -> None:
    """Width and height stand in for a missing viewBox; an SVG with neither is skipped."""
    sized = SVG.replace('viewBox="0 0 40 20"', 'width="40px" height="20"')
    data = load_dataset(_folder(tmp_path, {"a.svg": sized, "b.svg": SVG.replace('viewBox="0 0 40 20"', "")}), size=80)
    assert data.samples[0].rgba().shape == (40, 80, 4)
    assert [name for name, _ in data.skipped] == ["b.svg"]


def test_labels_file_goes_before_folder_names(tmp_path: Path) -> None:
    """labels.json is found in the folder and may name files by path, name or stem."""
    files: dict[str, bytes | str] = {"simple/a.png": _png(), "b.png": _png(), "c.svg": SVG}
    files["labels.json"] = json.dumps({"simple/a.png": "complex", "b.png": "text", "c": "gradient", "gone.png": "text"})
    data = load_dataset(_folder(tmp_path, files))
    assert {s.name: s.kind for s in data.samples} == {"simple/a": "complex", "b": "text", "c": "gradient"}
    assert data.skipped == (("gone.png", "labelled, but there is no such file"),)


@pytest.mark.parametrize("content", ["[1]", "{", '{"a.png": "photo"}'])
def test_wrong_labels_are_refused(tmp_path: Path, content: str) -> None:
    """A labels file that is no object of types is a fault, not a silent loss of labels."""
    with pytest.raises(DatasetFault):
        load_dataset(_folder(tmp_path, {"a.png": _png(), "labels.json": content}))


def test_unreadable_files_are_skipped_with_a_reason(tmp_path: Path) -> None:
    """Damaged images and broken SVG do not stop the rest."""
    files: dict[str, bytes | str] = {"a.png": _png(), "b.png": b"not an image", "c.svg": "<svg viewBox='0 0 1 1'><"}
    data = load_dataset(_folder(tmp_path, files))
    assert [s.name for s in data.samples] == ["a"]
    assert [name for name, _ in data.skipped] == ["b.png", "c.svg"]
    assert all(reason for _, reason in data.skipped)


def test_raster_counts_where_an_svg_stands_beside_it(tmp_path: Path) -> None:
    """Of one logo as SVG and PNG only the PNG is read, and hidden files are not."""
    data = load_dataset(_folder(tmp_path, {"a.svg": SVG, "a.png": _png(), ".b.png": _png()}))
    assert [(s.name, s.is_svg) for s in data.samples] == [("a", False)]
    assert data.samples[0].drawing is None


def test_the_svg_counts_where_drawings_are_asked_for(tmp_path: Path) -> None:
    """It has a drawing then; an image without an SVG beside it counts all the same."""
    files: dict[str, bytes | str] = {"a.svg": SVG, "a.png": _png(), "a.webp": _png(), "b.png": _png()}
    data = load_dataset(_folder(tmp_path, files), drawings=True)
    assert [(s.name, s.drawing) for s in data.samples] == [("a", SVG), ("b", None)]


def test_empty_and_missing_folders_are_refused(tmp_path: Path) -> None:
    """A folder without images, a missing folder and a missing labels file say so."""
    with pytest.raises(DatasetFault, match="no readable"):
        load_dataset(tmp_path)
    with pytest.raises(DatasetFault, match="not a folder"):
        load_dataset(tmp_path / "none")
    with pytest.raises(DatasetFault, match="labels file"):
        load_dataset(tmp_path, labels=tmp_path / "none.json")


def test_unlabelled_samples_are_refused_where_types_are_needed(tmp_path: Path) -> None:
    """The refusal names the files and says how to label them."""
    data = load_dataset(_folder(tmp_path, {"simple/a.png": _png(), "b.png": _png()}))
    with pytest.raises(DatasetFault, match=r"1 of 2 .*\(b\).*labels.json"):
        labelled(data.samples)
    assert labelled(data.samples[1:]) == data.samples[1:]


def test_sets_combine_without_doubles() -> None:
    """Equal samples count once, skipped files add up, and one name for two images is refused."""
    one, two = _sample("a", data=b"1"), _sample("b", data=b"2")
    both = combine(Dataset((one,), (("x", "bad"),)), Dataset((one, two)))
    assert both == Dataset((one, two), (("x", "bad"),))
    with pytest.raises(DatasetFault, match="called a"):
        combine(Dataset((one,)), Dataset((_sample("a", data=b"3"),)))


def test_digest_ignores_order_and_notices_everything_else() -> None:
    """Order does not matter; a name, a type or a byte does."""
    samples = [_sample("a", data=b"1"), _sample("b", data=b"2")]
    assert digest(samples) == digest(reversed(samples))
    changed = [_sample("c", data=b"1"), _sample("a", data=b"9"), _sample("a", kind="text", data=b"1")]
    assert len({digest([first, samples[1]]) for first in (samples[0], *changed)}) == 4


@pytest.mark.parametrize(
    "name, brand",
    [
        ("acme.svg", "acme"),
        ("acme-icon.svg", "acme"),
        ("acme-icon-dark.png", "acme"),
        ("logos/acme-soft-vertical.svg", "acme-soft"),
        ("Acme-Wordmark-2.png", "acme"),
        ("icon.svg", "icon"),
        ("icon-dark.svg", "icon"),
        ("markdown.svg", "markdown"),
        ("acme-markets.svg", "acme-markets"),
        ("acme_monochrome.svg", "acme"),
        ("acme.js.svg", "acme.js"),
    ],
)
def test_brand_is_what_stands_before_the_first_variant_word(name: str, brand: str) -> None:
    """Variants of one logo share a brand; words that merely begin alike do not."""
    assert brand_of(name) == brand


@given(
    st.lists(st.tuples(st.integers(0, 30), st.sampled_from((*LOGO_TYPES, None))), min_size=1, max_size=80),
    st.sampled_from([(0.8, 0.1, 0.1), (0.5, 0.5), (1.0,), (0.7, 0.3), (0.0, 1.0)]),
    st.integers(0, 1000),
)
def test_split_is_a_partition_by_brand(
    rows: list[tuple[int, LogoType | None]], fractions: tuple[float, ...], seed: int
) -> None:
    """Every sample is in exactly one part, no brand is in two, and a repeat gives the same split."""
    samples = [_sample(str(k), kind=kind, brand=f"brand{brand}") for k, (brand, kind) in enumerate(rows)]
    parts = split_by_brand(samples, fractions, seed)
    assert len(parts) == len(fractions)
    assert sorted((s.name for part in parts for s in part), key=int) == [s.name for s in samples]
    brands = [{s.brand for s in part} for part in parts]
    assert sum(map(len, brands)) == len(set().union(*brands))
    assert split_by_brand(samples, fractions, seed) == parts


def test_split_keeps_the_types_balanced() -> None:
    """Each part has its share of each type."""
    samples = [_sample(f"{kind}{k}", kind=kind, brand=f"{kind}{k}") for kind in LOGO_TYPES for k in range(50)]
    for part, share in zip(split_by_brand(samples, (0.8, 0.1, 0.1), 7), (40, 5, 5), strict=True):
        assert [sum(s.kind == kind for s in part) for kind in LOGO_TYPES] == [share] * 4


@pytest.mark.parametrize("fractions", [(), (0.5, 0.4), (1.5, -0.5)])
def test_split_refuses_fractions_that_make_no_whole(fractions: tuple[float, ...]) -> None:
    """Shares must be positive and sum to one."""
    with pytest.raises(ValueError, match="sum to one"):
        split_by_brand([_sample("a")], fractions, 1)


def _sample(name: str, kind: LogoType | None = None, brand: str | None = None, data: bytes = b"") -> Sample:
    return Sample(name, kind, brand or name, data)
