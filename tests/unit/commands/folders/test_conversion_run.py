"""The run over all files, by whichever workers."""

from collections.abc import Iterator
from concurrent.futures import Future
from dataclasses import replace

import pytest

from commands.folders.conversion_run import convert_all
from commands.folders.executors import Executor
from commands.folders.file_work import Task
from commands.folders.records import FileRecord
from svgai.errors import ClusterFault


def tasks(count: int) -> list[Task]:
    return [Task(f"{number}.png", f"/in/{number}.png", f"{number}.svg") for number in range(count)]


def record(task: Task) -> FileRecord:
    return FileRecord(source=task.source, output=task.output)


class Workers:
    """Finishes a task when the room is full, or when it is asked for the last ones."""

    def __init__(self, room: int) -> None:
        self.room = room
        self.open: list[tuple[Task, Future[FileRecord]]] = []
        self.most = 0

    def submit(self, task: Task) -> "Future[FileRecord]":
        future: Future[FileRecord] = Future()
        self.open.append((task, future))
        self.most = max(self.most, len(self.open))
        if len(self.open) == self.room or task.source.startswith("last"):
            self.finish()
        return future

    def finish(self) -> None:
        for task, future in self.open:
            future.set_result(record(task))
        self.open = []


def test_few_tasks_are_on_their_way_at_once() -> None:
    """However many there are; each record is told."""
    workers, told = Workers(4), list[FileRecord]()
    taken = 0

    def endless() -> Iterator[Task]:
        nonlocal taken
        for task in tasks(101):
            taken += 1
            assert taken <= len(told) + 5
            yield task
        yield replace(tasks(1)[0], source="last")

    convert_all(endless(), Executor(workers.submit, 4), told.append)
    assert len(told) == 102
    assert workers.most == 4


@pytest.mark.parametrize(
    "fault,code",
    [(TimeoutError(), "timeout"), (RuntimeError("killed"), "process_died"), (KeyError("x"), "process_died")],
)
def test_a_worker_that_fails_fails_its_file_alone(fault: Exception, code: str) -> None:
    """It took too long, or died."""

    def submit(task: Task) -> "Future[FileRecord]":
        future: Future[FileRecord] = Future()
        if task.source == "1.png":
            future.set_exception(fault)
        else:
            future.set_result(record(task))
        return future

    told: list[FileRecord] = []
    convert_all(iter(tasks(3)), Executor(submit, 1), told.append)
    assert [one.code for one in told] == ["", code, ""]


def test_a_cluster_that_has_gone_ends_the_run() -> None:
    """No file is to blame, so that none is said to have failed."""

    def submit(_: Task) -> "Future[FileRecord]":
        future: Future[FileRecord] = Future()
        future.cancel()
        future.set_running_or_notify_cancel()
        return future

    told: list[FileRecord] = []
    with pytest.raises(ClusterFault, match="to resume"):
        convert_all(iter(tasks(3)), Executor(submit, 2), told.append)
    assert told == []


def test_what_a_cluster_had_finished_before_it_went_is_told() -> None:
    """Also where both are seen at once, in any order."""
    futures: list[Future[FileRecord]] = []

    def submit(_: Task) -> "Future[FileRecord]":
        future: Future[FileRecord] = Future()
        futures.append(future)
        if len(futures) == 9:
            for number, one in enumerate(futures):
                if number % 2:
                    one.cancel()
                    one.set_running_or_notify_cancel()
                else:
                    one.set_result(record(tasks(9)[number]))
        return future

    told: list[FileRecord] = []
    with pytest.raises(ClusterFault):
        convert_all(iter(tasks(9)), Executor(submit, 9), told.append)
    assert {one.source for one in told} == {f"{number}.png" for number in range(0, 9, 2)}


def test_what_is_on_its_way_is_finished_after_ctrl_c() -> None:
    """And told; what is not finished in time is left."""
    running: Future[FileRecord] = Future()
    running.set_running_or_notify_cancel()
    waiting: Future[FileRecord] = Future()
    futures = [running, waiting]

    def stopped() -> Iterator[Task]:
        yield from tasks(2)
        running.set_result(record(tasks(1)[0]))
        raise KeyboardInterrupt

    told: list[FileRecord] = []
    with pytest.raises(KeyboardInterrupt):
        convert_all(stopped(), Executor(lambda _: futures.pop(0), 9), told.append, finishing_s=0.1)
    assert [one.source for one in told] == ["0.png"]
    assert not waiting.cancelled()
