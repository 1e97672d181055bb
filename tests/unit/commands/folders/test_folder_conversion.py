"""A run from what was asked for to what is told."""

from pathlib import Path
from uuid import uuid4

import fsspec
import pytest

from commands.folders.folder_conversion import FolderConversion, Interrupted, Workers
from commands.folders.inputs import find_images
from commands.folders.manifest import FolderManifest
from commands.folders.records import FileRecord
from commands.folders.results.summary import Summary
from svgai.errors import FolderFault
from tests.fakes.fake_converter import FakeConverter


def images(folder: Path, **contents: str) -> str:
    for name, content in contents.items():
        path = folder / f"{name.replace('_', '/')}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)
    return str(folder)


def run(
    given: str,
    out: str,
    recipe: str = "recipe-1",
    only: frozenset[str] | None = None,
    *,
    keep_suffix: bool = False,
    again: bool = False,
) -> tuple[Summary, list[FileRecord]]:
    told: list[FileRecord] = []
    conversion = FolderConversion(out, FakeConverter(recipe), Workers(1), keep_suffix, again)
    with FolderManifest(out) as manifest:
        summary = conversion.convert(find_images([given]), manifest, told.append, lambda *_: None, only)
    return summary, told


def test_the_tree_is_mirrored(tmp_path: Path) -> None:
    """Each SVG in the folder of its image."""
    given = images(tmp_path / "in", a="1", x_b="2", x_y_c="3")
    summary, _ = run(given, str(tmp_path / "out"))
    svgs = {str(path.relative_to(tmp_path / "out")): path.read_text() for path in (tmp_path / "out").rglob("*.svg")}
    assert {name: text[5] for name, text in svgs.items()} == {"a.svg": "1", "x/b.svg": "2", "x/y/c.svg": "3"}
    assert (summary.converted, summary.failed, summary.skipped) == (3, 0, 0)


def test_a_second_run_does_what_is_left(tmp_path: Path) -> None:
    """What is done is left, what failed is tried again, what changed is done anew."""
    given, out = images(tmp_path / "in", a="1", b="bad", c="3"), str(tmp_path / "out")
    first, _ = run(given, out)
    assert (first.converted, dict(first.errors)) == (2, {"invalid_image": 1})
    images(tmp_path / "in", b="2", c="33")
    second, told = run(given, out)
    assert (second.converted, second.skipped) == (2, 1)
    assert {one.source[-5:]: one.state for one in told} == {
        "a.png": "skipped", "b.png": "converted", "c.png": "converted"
    }  # fmt: skip
    assert run(given, out)[0].skipped == 3
    assert run(given, out, "recipe-2")[0].converted == 3
    assert run(given, out, "recipe-2", again=True)[0].converted == 3


def test_a_clash_is_told_before_anything_is_written(tmp_path: Path) -> None:
    """Nothing is overwritten."""
    given = images(tmp_path / "in", a="1")
    (tmp_path / "in/a.jpg").write_text("2")
    (tmp_path / "out").mkdir()
    (tmp_path / "out/a.svg").write_text("mine")
    with pytest.raises(FolderFault, match="would become one SVG"):
        run(given, str(tmp_path / "out"))
    assert (tmp_path / "out/a.svg").read_text() == "mine"
    assert run(given, str(tmp_path / "out"), keep_suffix=True)[0].converted == 2


def test_only_what_changed_is_looked_at(tmp_path: Path) -> None:
    """Where folders are watched."""
    given = images(tmp_path / "in", a="1", b="2")
    summary, told = run(given, str(tmp_path / "out"), only=frozenset({str(tmp_path / "in/b.png")}))
    assert (summary.converted, [one.output for one in told]) == (1, ["b.svg"])


def test_images_and_results_may_lie_elsewhere(tmp_path: Path) -> None:
    """Read from and written to any place that fsspec reaches, with the manifest there."""
    place = f"memory://{uuid4().hex}"
    files = fsspec.filesystem("memory")
    for name in ("in/a.png", "in/x/b.png"):
        files.pipe_file(f"{place}/{name}", name.encode())
    assert run(f"{place}/in", f"{place}/out")[0].converted == 2
    assert files.cat_file(f"{place}/out/x/b.svg") == b"<svg>in/x/b.png by recipe-1</svg>"
    assert run(f"{place}/in", f"{place}/out")[0].skipped == 2
    assert run(f"{place}/in/**/*.png", str(tmp_path / "out"))[0].converted == 2
    assert (tmp_path / "out/x/b.svg").is_file()
    files.rm(place.removeprefix("memory:/"), recursive=True)


def test_ctrl_c_keeps_what_is_finished(tmp_path: Path) -> None:
    """The next run goes on from there."""
    given, out = images(tmp_path / "in", a="1", b="2", c="3"), str(tmp_path / "out")
    told: list[FileRecord] = []

    def stop_after_two(record: FileRecord) -> None:
        told.append(record)
        if len(told) == 2:
            raise KeyboardInterrupt

    with FolderManifest(out) as manifest, pytest.raises(Interrupted) as stopped:
        FolderConversion(out, FakeConverter(), Workers(1)).convert(
            find_images([given]), manifest, stop_after_two, lambda *_: None
        )
    assert (stopped.value.summary.done, stopped.value.total) == (2, 3)
    summary, _ = run(given, out)
    assert (summary.skipped, summary.converted) == (2, 1)


def test_what_no_run_made_is_not_replaced(tmp_path: Path) -> None:
    """It is told, run after run, and the others are converted; --overwrite replaces it, and then it is known."""
    given, out = images(tmp_path / "in", a="1", b="2"), tmp_path / "out"
    out.mkdir()
    (out / "a.svg").write_text("drawn by hand")
    for times in range(2):
        summary, told = run(given, str(out))
        assert dict(summary.errors) == {"file_exists": 1}
        assert (summary.converted, summary.skipped) == ((1, 0), (0, 1))[times]
        assert "a.svg exists" in next(one.error for one in told if one.state == "failed")
        assert (out / "a.svg").read_text() == "drawn by hand"
    with FolderManifest(str(out)) as manifest:
        conversion = FolderConversion(str(out), FakeConverter(), Workers(1), overwrite=True)
        assert conversion.convert(find_images([given]), manifest, lambda _: None, lambda *_: None).converted == 1
    assert (out / "a.svg").read_text() != "drawn by hand"
    assert run(given, str(out), again=True)[0].converted == 2


def test_what_a_killed_run_left_is_its_own(tmp_path: Path) -> None:
    """An SVG that was written before its record: the run had said that it would make it."""
    given, out = images(tmp_path / "in", a="1", b="2"), str(tmp_path / "out")
    with FolderManifest(out) as manifest:
        manifest.begin(["a.svg", "b.svg"])
        assert list(manifest.records()) == []
    (tmp_path / "out" / "a.svg").write_text("half done")
    assert run(given, out)[0].converted == 2


def test_foreign_files_are_seen_elsewhere_and_beside_the_svg(tmp_path: Path) -> None:
    """In a store, by one listing; a PDF of that name, too."""
    memory, name = fsspec.filesystem("memory"), f"memory://foreign-{uuid4().hex}"
    given = images(tmp_path / "in", a="1", x_b="2")
    memory.pipe_file(f"{name}/x/b.svg", b"drawn by hand")
    memory.pipe_file(f"{name}/a.pdf", b"printed")
    with FolderManifest(name) as manifest:
        conversion = FolderConversion(name, FakeConverter(), Workers(1), formats=("pdf",))
        summary = conversion.convert(find_images([given]), manifest, lambda _: None, lambda *_: None)
    assert dict(summary.errors) == {"file_exists": 2}
    assert memory.cat_file(f"{name}/x/b.svg") == b"drawn by hand"
