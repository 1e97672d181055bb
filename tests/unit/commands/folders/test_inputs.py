"""Which images are meant, and by which name each goes on."""

from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import fsspec
import pytest

from commands.folders.inputs import Found, find_images, outputs
from svgai.errors import FolderFault


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Images in folders, and what is none."""
    for name in (
        "in/a.png",
        "in/x/b.JPG",
        "in/x/y/c.webp",
        "in/notes.txt",
        "in/x/old.svg",
        "in/.hidden/d.png",
        "e[1].png",
    ):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(name.encode())
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def bucket() -> Iterator[str]:
    """A place of fsspec's that is not on the disk."""
    url = f"memory://{uuid4().hex}"
    files = fsspec.filesystem("memory")
    for name in ("a.png", "x/b.png", "x/c.txt"):
        files.pipe_file(f"{url}/{name}", name.encode())
    yield url
    files.rm(url.removeprefix("memory:/"), recursive=True)


def names(found: Found) -> list[str]:
    return [image.name for image in found.images]


def test_a_folder_means_its_images_at_all_depths(tree: Path) -> None:
    """By their path from there; other files and hidden ones are left out."""
    found = find_images(["in"])
    assert names(found) == ["a.png", "x/b.JPG", "x/y/c.webp"]
    assert [image.source for image in found.images] == ["in/a.png", "in/x/b.JPG", "in/x/y/c.webp"]
    assert found.images[0].url == str(tree / "in/a.png")
    assert found.many
    assert names(find_images([str(tree / "in")])) == names(find_images(["in/"])) == names(found)


def test_a_name_with_colons_is_an_ordinary_one(tree: Path) -> None:
    """Not one file system in another, as fsspec reads it."""
    (tree / "brand::old").mkdir()
    (tree / "brand::old" / "a.png").write_bytes(b"a")
    assert names(find_images(["brand::old"])) == names(find_images(["brand::old/*.png"])) == ["a.png"]


@pytest.mark.usefixtures("tree")
def test_a_folder_may_be_named_by_way_of_another() -> None:
    assert names(find_images(["in/x/../x"])) == ["b.JPG", "y/c.webp"]


@pytest.mark.parametrize(
    "pattern,expected",
    [
        ("in/**/*.png", ["a.png"]),
        ("in/**/*", ["a.png", "x/b.JPG", "x/y/c.webp"]),
        ("in/*/*", ["x/b.JPG"]),
        ("in/x/?.JPG", ["b.JPG"]),
        ("in/x/**", ["b.JPG", "y/c.webp"]),
        ("**/*.webp", ["in/x/y/c.webp"]),
    ],
)
@pytest.mark.usefixtures("tree")
def test_a_pattern_means_what_fits(pattern: str, expected: list[str]) -> None:
    """By its path from where the pattern begins."""
    assert names(find_images([pattern])) == expected


@pytest.mark.usefixtures("tree")
def test_a_file_keeps_its_own_name() -> None:
    """Also one whose name looks like a pattern, and one that is missing, which is told when it is read."""
    found = find_images(["in/x/b.JPG", "e[1].png", "in/missing.png"])
    assert names(found) == ["b.JPG", "e[1].png", "missing.png"]
    assert not found.many


@pytest.mark.usefixtures("tree")
def test_an_image_that_is_named_twice_is_converted_once() -> None:
    """As a file and by its folder: the first name counts."""
    assert names(find_images(["in", "in/x/b.JPG", "in/**/*.webp"])) == ["a.png", "x/b.JPG", "x/y/c.webp"]


@pytest.mark.parametrize("given", ["in/*.gif", "empty"])
def test_nothing_to_do_is_told(given: str, tree: Path) -> None:
    """With what was looked for; who watches may begin with nothing."""
    (tree / "empty").mkdir()
    with pytest.raises(FolderFault, match="no images at"):
        find_images([given])
    assert find_images([given], empty=True).images == ()


def test_other_places_are_folders_and_patterns_alike(bucket: str) -> None:
    """Wherever fsspec reaches."""
    found = find_images([bucket])
    assert names(found) == ["a.png", "x/b.png"]
    assert found.images[1].url == f"{bucket}/x/b.png"
    assert names(find_images([f"{bucket}/**/b.*"])) == ["x/b.png"]
    assert names(find_images([f"{bucket}/x/b.png"])) == ["b.png"]


def test_a_place_that_cannot_be_reached_is_told() -> None:
    """Before anything is done."""
    with pytest.raises(FolderFault, match="cannot be reached"):
        find_images(["nowhere://bucket/*.png"])


@pytest.mark.usefixtures("tree")
def test_an_svg_is_named_as_its_image() -> None:
    """In the same folders; with the suffix kept, where that is asked for."""
    images = find_images(["in"]).images
    assert outputs(images, keep_suffix=False) == ["a.svg", "x/b.svg", "x/y/c.svg"]
    assert outputs(images, keep_suffix=True) == ["a.png.svg", "x/b.JPG.svg", "x/y/c.webp.svg"]


def test_images_that_would_become_one_svg_are_told(tree: Path) -> None:
    """All of them, with what to do."""
    (tree / "in/a.jpg").write_bytes(b"another")
    (tree / "in/x/b.png").write_bytes(b"another")
    images = find_images(["in"]).images
    with pytest.raises(FolderFault) as told:
        outputs(images, keep_suffix=False)
    assert "in/a.jpg and in/a.png -> a.svg" in str(told.value)
    assert "in/x/b.JPG and in/x/b.png -> x/b.svg" in str(told.value)
    assert "--keep-suffix" in str(told.value)
    assert len(set(outputs(images, keep_suffix=True))) == 5


@pytest.mark.usefixtures("tree")
def test_files_of_one_name_clash_even_with_their_suffix() -> None:
    """A pattern would keep their folders apart."""
    Path("other").mkdir()
    Path("other/a.png").write_bytes(b"another")
    with pytest.raises(FolderFault, match="a pattern, whose folders are kept"):
        outputs(find_images(["in/a.png", "other/a.png"]).images, keep_suffix=True)


def test_a_name_that_is_no_utf8_is_escaped(tree: Path) -> None:
    """So that it can be kept and shown; the file is found all the same, and other signs stay as they are."""
    (tree / "in/\udcff \n[b] ü.png").write_bytes(b"odd")
    (image,) = find_images(["in/*.png", "in/a.png"]).images[1:]
    assert image.name == "\\xff \n[b] ü.png"
    assert image.source == f"in/{image.name}"
    assert Path(image.url).read_bytes() == b"odd"
    assert find_images([image.url]).images[0].name == image.name
