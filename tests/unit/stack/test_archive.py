"""Archives of a stack: what is damaged is found before anything is put back."""

import tarfile
from pathlib import Path

import pytest

from stack.archive import MANIFEST, Manifest, restore
from svgai.errors import StackFault


def archive_of(folder: Path, parts: dict[str, bytes], image: str = "svgai:1") -> Path:
    """A file as `svgai stack backup` writes one, of these parts."""
    held = folder / "parts"
    held.mkdir()
    for name, content in parts.items():
        (held / name).write_bytes(content)
    manifest = Manifest.of(held, image)
    (held / MANIFEST).write_text(manifest.model_dump_json())
    with tarfile.open(folder / "stack.tar", "w") as archive:
        for path in held.iterdir():
            archive.add(path, path.name)
    return folder / "stack.tar"


def put_back(file: Path, folder: Path) -> None:
    restore(file, folder, lambda _: None, lambda _: None)


@pytest.mark.parametrize("changed", ["quality.dump", "artifacts.tar"])
def test_a_part_that_is_not_what_the_manifest_says_is_named(tmp_path: Path, changed: str) -> None:
    """Nothing is made then."""
    file = archive_of(tmp_path, {"quality.dump": b"rows of conversions", "artifacts.tar": b"models and figures"})
    content = file.read_bytes()
    for word in (b"rows of", b"models and"):
        if (b"rows" in word) == (changed == "quality.dump"):
            content = content.replace(word, word[::-1])
    file.write_bytes(content)
    with pytest.raises(StackFault, match=f"damaged: {changed}"):
        put_back(file, tmp_path / "new")
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize("content", [b"", b"no archive at all", b"\0" * 10_240])
def test_what_is_no_archive_is_refused(tmp_path: Path, content: bytes) -> None:
    """It is said, rather than a fault of the library."""
    file = tmp_path / "stack.tar"
    file.write_bytes(content)
    with pytest.raises(StackFault, match="no archive of a stack"):
        put_back(file, tmp_path / "new")


def test_a_stack_that_is_there_is_not_written_over(tmp_path: Path) -> None:
    """Whatever the archive holds."""
    folder = tmp_path / "stack"
    folder.mkdir()
    (folder / ".env").write_text("mine")
    with pytest.raises(StackFault, match="already"):
        put_back(archive_of(tmp_path, {"quality.dump": b"x"}), folder)
    assert (folder / ".env").read_text() == "mine"
