"""What is done already: kept through crashes, and never rewritten."""

from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import fsspec
import pytest

from commands.folders.manifest import FILE, FOLDER, FolderManifest, NoManifest
from commands.folders.records import FileRecord
from svgai.measure.quality import Quality


def record(output: str, digest: str = "d1", **changes: object) -> FileRecord:
    quality = Quality(0.99, 0.9, 0.95, 0.2, 100, 1)
    fields = {"source": f"in/{output}", "output": output, "quality": quality, "digest": digest, "recipe": "r1"}
    return FileRecord.model_validate(fields | changes)


def keep(folder: str, *records: FileRecord) -> None:
    with FolderManifest(folder) as manifest:
        for one in records:
            manifest.add(one)


@pytest.fixture(params=["here", "elsewhere"])
def folder(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A folder of results on this machine, or where nothing can be appended to."""
    if request.param == "here":
        yield str(tmp_path / "out")
        return
    url = f"memory://{uuid4().hex}/out [1]"
    yield url
    fsspec.filesystem("memory").rm(url.removeprefix("memory:/").rpartition("/")[0], recursive=True)


def test_what_was_kept_is_found_again(folder: str) -> None:
    """By another run, with every figure."""
    keep(folder, record("a.svg"), record("b.svg", "d2"))
    with FolderManifest(folder) as manifest:
        assert manifest.done() == {"a.svg": ("d1", "r1"), "b.svg": ("d2", "r1")}
        assert list(manifest.records()) == [record("a.svg"), record("b.svg", "d2")]


def test_the_newest_record_of_a_file_counts(folder: str) -> None:
    """Also one that failed after it had been done."""
    keep(folder, record("a.svg"), record("b.svg"))
    keep(folder, record("a.svg", "d9"), FileRecord.failed("in/b", "b.svg", "invalid_image", "no image"))
    with FolderManifest(folder) as manifest:
        assert manifest.done() == {"a.svg": ("d9", "r1")}
        assert {one.output: one.state for one in manifest.records()} == {"a.svg": "converted", "b.svg": "failed"}


def test_records_of_this_run_are_there_before_it_ends(folder: str) -> None:
    """A report can be written while it is open."""
    with FolderManifest(folder) as manifest:
        manifest.add(record("a.svg"))
        assert list(manifest.records()) == [record("a.svg")]


def test_half_a_line_of_a_killed_process_costs_that_line_alone(tmp_path: Path) -> None:
    """What comes after it is whole."""
    keep(str(tmp_path), record("a.svg"), record("b.svg"))
    path = tmp_path / FOLDER / FILE
    path.write_bytes(path.read_bytes()[:-40])
    keep(str(tmp_path), record("c.svg"))
    with FolderManifest(str(tmp_path)) as manifest:
        assert set(manifest.done()) == {"a.svg", "c.svg"}


def test_a_record_is_on_the_disk_when_it_was_added(tmp_path: Path) -> None:
    """Whatever becomes of the process; the file grows, and what was there stays as it was."""
    path = tmp_path / FOLDER / FILE
    with FolderManifest(str(tmp_path)) as manifest:
        manifest.add(record("a.svg"))
        first = path.read_bytes()
        assert first.endswith(b"\n")
        manifest.add(record("b.svg"))
        assert path.read_bytes().startswith(first)


def test_single_files_leave_nothing() -> None:
    """Their records are kept for the run alone."""
    kept = NoManifest()
    kept.add(record("a.svg"))
    assert list(kept.records()) == [record("a.svg")]
    assert kept.done() == {}
