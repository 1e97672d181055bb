"""One file: read, looked up, converted, written."""

from pathlib import Path

import pytest

from commands.folders.file_work import Task, Work
from commands.folders.records import FileRecord
from tests.fakes.fake_converter import FakeConverter


def work(
    folder: Path, content: bytes = b"image", done: tuple[str, str] | None = None, recipe: str = "recipe-1"
) -> FileRecord:
    image = folder / "a.png"
    image.write_bytes(content)
    return Work(str(folder / "out"), FakeConverter(recipe))(Task("a.png", str(image), "x/a.svg", done))


def test_an_image_becomes_an_svg_and_a_record(tmp_path: Path) -> None:
    """With figures, sizes, and what it was made from and by; folders are made."""
    record = work(tmp_path)
    svg = (tmp_path / "out/x/a.svg").read_text()
    assert svg == "<svg>image by recipe-1</svg>"
    assert (record.state, record.source, record.output, record.recipe) == ("converted", "a.png", "x/a.svg", "recipe-1")
    assert record.quality
    assert (record.quality.bytes, record.image_bytes, record.met_target) == (len(svg), 5, True)
    assert (len(record.digest), record.model_version) == (64, "models-1")
    assert record.version.startswith("0.")


def test_what_is_done_is_not_done_again(tmp_path: Path) -> None:
    """The same image, the same way: the SVG that is there stays, also one that a person went on with."""
    record = work(tmp_path)
    (tmp_path / "out/x/a.svg").write_text("by hand")
    assert work(tmp_path, done=record.key).state == "skipped"
    assert (tmp_path / "out/x/a.svg").read_text() == "by hand"


@pytest.mark.parametrize("changed", ["image", "recipe", "gone"])
def test_what_changed_is_done_anew(changed: str, tmp_path: Path) -> None:
    """Another image, other options or models or code, or an SVG that was taken away."""
    key = work(tmp_path).key
    if changed == "gone":
        (tmp_path / "out/x/a.svg").unlink()
    record = work(
        tmp_path,
        b"other" if changed == "image" else b"image",
        key,
        "recipe-2" if changed == "recipe" else "recipe-1",
    )
    assert record.state == "converted"
    expected = {"image": "other by recipe-1", "recipe": "image by recipe-2", "gone": "image by recipe-1"}[changed]
    assert (tmp_path / "out/x/a.svg").read_text() == f"<svg>{expected}</svg>"


@pytest.mark.parametrize("content,code", [(b"bad", "invalid_image"), (b"odd", "internal_error")])
def test_a_fault_is_a_record(content: bytes, code: str, tmp_path: Path) -> None:
    """With its code and its words; nothing is written."""
    record = work(tmp_path, content)
    assert (record.state, record.code) == ("failed", code)
    assert record.error
    assert not (tmp_path / "out").exists()


def test_a_file_that_cannot_be_read_or_written_is_a_record(tmp_path: Path) -> None:
    """A missing image; a folder under the SVG's name."""
    missing = Work(str(tmp_path), FakeConverter())(Task("b.png", str(tmp_path / "b.png"), "b.svg"))
    assert (missing.code, "No such file" in missing.error) == ("file_fault", True)
    (tmp_path / "out/x/a.svg").mkdir(parents=True)
    assert work(tmp_path).code == "file_fault"
