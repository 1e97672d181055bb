"""Workers of this machine."""

from pathlib import Path

import pytest

from commands.folders.conversion_run import convert_all
from commands.folders.executors import in_processes, in_this_process, in_threads
from commands.folders.file_work import Task, Work
from commands.folders.records import FileRecord
from tests.fakes.fake_converter import FakeConverter


def made(folder: Path, contents: list[bytes]) -> tuple[Work, list[Task]]:
    tasks = []
    for number, content in enumerate(contents):
        path = folder / f"{number}.png"
        path.write_bytes(content)
        tasks.append(Task(f"{number}.png", str(path), f"{number}.svg"))
    return Work(str(folder / "out"), FakeConverter()), tasks


def test_this_process_and_threads_do_the_same(tmp_path: Path) -> None:
    """Each file has its record."""
    work, tasks = made(tmp_path, [b"a", b"bad", b"c"])
    for executor in (in_this_process(work), in_threads(work, 2)):
        told: list[FileRecord] = []
        with executor as workers:
            convert_all(iter(tasks), workers, told.append)
        assert sorted((one.source, one.state) for one in told) == [
            ("0.png", "converted"), ("1.png", "failed"), ("2.png", "converted")
        ]  # fmt: skip


@pytest.mark.slow
def test_a_process_that_dies_fails_its_file_alone(tmp_path: Path) -> None:
    """The others are converted, by the processes that are left and one that takes its place."""
    work, tasks = made(tmp_path, [b"a", b"die", b"c", b"die", b"e", b"f"])
    told: list[FileRecord] = []
    with in_processes(work, 2) as workers:
        convert_all(iter(tasks), workers, told.append)
    states = {one.source: one.code for one in told}
    assert states == {
        "0.png": "", "1.png": "process_died", "2.png": "", "3.png": "process_died", "4.png": "", "5.png": ""
    }  # fmt: skip
    assert {path.name for path in (tmp_path / "out").iterdir()} == {"0.svg", "2.svg", "4.svg", "5.svg"}
