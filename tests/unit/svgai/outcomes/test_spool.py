"""Records on disk until the database has them."""

import errno
import fcntl
import multiprocessing
import os
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from svgai.outcomes.outcome import Outcome, Rating
from svgai.outcomes.spool import CONVERSION_LINE, Spool, SpoolFile, oldest_file, read_line
from tests.fakes.outcomes import failure, outcome, rating

ROOM = 1_000_000


def taken(folder: Path) -> list[SpoolFile]:
    """All files that may go to the database, oldest first; they are removed."""
    files: list[SpoolFile] = []
    while True:
        with oldest_file(folder) as file:
            if file is None:
                return files
            files.append(file)
            file.path.unlink()


def names(folder: Path) -> list[str]:
    """Their conversions."""
    return [read_line(line).conversion_id for file in taken(folder) for line in file.lines]


def test_what_was_appended_comes_back_in_order(tmp_path: Path) -> None:
    """Once nobody writes to its file any more; ratings, too."""
    spool = Spool(tmp_path / "new", ROOM)
    assert spool.empty
    records: list[Outcome | Rating] = [outcome("one"), rating("one", 5, comment="Größe\n✓"), failure("two", "timeout")]
    for record in records:
        spool.append(record)
    assert taken(tmp_path / "new") == []
    spool.close_file()
    assert not spool.empty
    (file,) = taken(tmp_path / "new")
    assert [read_line(line) for line in file.lines] == records
    assert [line.startswith(CONVERSION_LINE) for line in file.lines] == [True, False, True]
    assert spool.empty


def test_its_size_is_that_of_all_files(tmp_path: Path) -> None:
    """Of those of other processes, too, and none without a folder."""
    one, other = Spool(tmp_path / "new", ROOM), Spool(tmp_path / "new", ROOM)
    assert one.size == 0
    one.append(outcome("one"))
    alone = other.size
    other.append(outcome("two"))
    assert (one.size, other.size) == (2 * alone, 2 * alone)
    one.close_file()
    taken(tmp_path / "new")
    assert other.size == alone


@pytest.mark.slow
@given(st.lists(st.floats(allow_nan=True), max_size=3), st.text(max_size=50))
def test_any_outcome_comes_back(tmp_path_factory: pytest.TempPathFactory, features: list[float], code: str) -> None:
    """Numbers that JSON has no form for become none."""
    folder = tmp_path_factory.mktemp("spool")
    spool = Spool(folder, ROOM)
    spool.append(outcome("one", features=features, error_code=code))
    spool.close_file()
    (file,) = taken(folder)
    (record,) = map(read_line, file.lines)
    assert isinstance(record, Outcome)
    assert record.error_code == code


def test_a_full_spool_takes_no_more(tmp_path: Path) -> None:
    """What is in it stays; there is room again once the database has it."""
    spool = Spool(tmp_path, 2 * len(outcome("one").model_dump_json()) + 10)
    spool.append(outcome("one"))
    spool.append(outcome("two"))
    with pytest.raises(OSError, match="as much as it may") as refused:
        spool.append(outcome("six"))
    assert refused.value.errno == errno.EDQUOT
    spool.close_file()
    assert names(tmp_path) == ["one", "two"]
    spool.append(outcome("six"))
    spool.close_file()
    assert names(tmp_path) == ["six"]


def test_it_says_which_conversions_wait(tmp_path: Path) -> None:
    """Also in the file that is written to; a rating of one that does not is none."""
    spool = Spool(tmp_path, ROOM)
    spool.append(outcome("one"))
    spool.close_file()
    spool.append(outcome("two"))
    spool.append(rating("six", 1))
    assert [spool.holds(name) for name in ("one", "two", "six")] == [True, True, False]


def test_a_file_that_cannot_be_read_is_a_fault_unless_another_has_it(tmp_path: Path) -> None:
    """Nobody can say that a conversion does not wait there."""
    (tmp_path / "0.jsonl").mkdir()
    spool = Spool(tmp_path, ROOM)
    spool.append(outcome("one"))
    assert spool.holds("one")
    with pytest.raises(OSError, match="directory"):
        spool.holds("two")


def test_a_file_that_cannot_be_read_keeps_no_other_from_the_database(tmp_path: Path) -> None:
    """It is a fault once nothing else waits."""
    (tmp_path / "0.jsonl").mkdir()
    spool = Spool(tmp_path, ROOM)
    spool.append(outcome("one"))
    spool.close_file()
    with oldest_file(tmp_path) as file:
        assert file
        file.path.unlink()
    with pytest.raises(OSError, match="directory"), oldest_file(tmp_path):
        pass


def test_a_file_on_a_damaged_disk_keeps_no_other_from_the_database(tmp_path: Path) -> None:
    """Such as can be opened and not read, as this process's memory from its start."""
    (tmp_path / "0.jsonl").symlink_to("/proc/self/mem")
    spool = Spool(tmp_path, ROOM)
    spool.append(outcome("one"))
    spool.close_file()
    with oldest_file(tmp_path) as file:
        assert file
        assert file.path.name != "0.jsonl"
        file.path.unlink()
    with pytest.raises(OSError, match="Input/output error"), oldest_file(tmp_path):
        pass


def test_a_folder_without_locks_is_not_filled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As on some network disks: each record is refused, and leaves no file behind."""

    def refuse(*_: object) -> None:
        raise OSError(errno.ENOLCK, "no locks")

    monkeypatch.setattr(fcntl, "flock", refuse)
    spool = Spool(tmp_path, ROOM)
    for _ in range(2):
        with pytest.raises(OSError, match="no locks"):
            spool.append(outcome("one"))
    assert list(tmp_path.iterdir()) == []


def test_a_file_is_moved_by_one_process_at_a_time(tmp_path: Path) -> None:
    """Whoever comes second gets the next file."""
    spool = Spool(tmp_path, ROOM)
    for name in ("one", "two"):
        spool.append(outcome(name))
        spool.close_file()
    with oldest_file(tmp_path) as first, oldest_file(tmp_path) as second:
        assert [file and read_line(file.lines[0]).conversion_id for file in (first, second)] == ["one", "two"]


def test_a_new_file_is_nobody_elses_before_its_first_record(tmp_path: Path) -> None:
    """Whoever moves files at the very time does not take it for one that was left empty."""
    spool = Spool(tmp_path, ROOM)
    over = threading.Event()

    def move() -> int:
        count = 0
        while not over.is_set():
            count += len(names(tmp_path))
        return count

    with ThreadPoolExecutor(1) as threads:
        moving = threads.submit(move)
        for _ in range(2_000):
            spool.append(rating("one", 5))
            spool.close_file()
        over.set()
        moved = moving.result()
    assert moved + len(names(tmp_path)) == 2_000


def test_half_a_line_is_damage_and_no_more(tmp_path: Path) -> None:
    """Of a disk that was full; the lines before it are whole."""
    spool = Spool(tmp_path, ROOM)
    spool.append(outcome("one"))
    spool.append(outcome("two"))
    spool.close_file()
    (path,) = tmp_path.glob("*.jsonl")
    path.write_bytes(path.read_bytes()[:-20])
    (file,) = taken(tmp_path)
    one, half = file.lines
    assert read_line(one).conversion_id == "one"
    with pytest.raises(ValueError, match="Invalid JSON"):
        read_line(half)


def _append_and_die(folder: Path) -> None:
    Spool(folder, ROOM).append(outcome("left"))
    os.kill(os.getpid(), 9)


def _append_and_wait(folder: Path, over: object) -> None:
    Spool(folder, ROOM).append(outcome("held"))
    over.wait()  # type: ignore[attr-defined]


def test_what_a_killed_process_left_is_taken_over(tmp_path: Path) -> None:
    """Its lock went with it."""
    process = multiprocessing.get_context("spawn").Process(target=_append_and_die, args=(tmp_path,))
    process.start()
    process.join(120)
    assert process.exitcode == -9
    assert names(tmp_path) == ["left"]


@pytest.mark.slow
def test_what_another_process_writes_to_is_left_alone(tmp_path: Path) -> None:
    """Until it ends."""
    context = multiprocessing.get_context("spawn")
    over = context.Event()
    process = context.Process(target=_append_and_wait, args=(tmp_path, over))
    process.start()
    while not any(path.stat().st_size for path in tmp_path.glob("*.jsonl")):
        assert process.is_alive()
        time.sleep(0.01)
    assert names(tmp_path) == []
    over.set()
    process.join(120)
    assert names(tmp_path) == ["held"]
