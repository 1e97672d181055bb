"""The run over all files: few in progress at once, each record stored as it completes, and a clean interrupt."""

from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, CancelledError, Future, wait

from pebble import ProcessExpired

from commands.folders.executors import Executor
from commands.folders.file_work import Task
from commands.folders.records import FileRecord
from svgai.errors import ClusterFault

FINISHING_S = 20
"""Seconds for finishing the files in progress after Ctrl-C."""

Told = Callable[[FileRecord], None]


def convert_all(tasks: Iterator[Task], executor: Executor, told: Told, finishing_s: float = FINISHING_S) -> None:
    """
    Run every task, and report each record as it completes.

    Raises:
        KeyboardInterrupt: Ctrl-C; tasks in progress are finished and reported, as far as `finishing_s` seconds allow.
        ClusterFault: the cluster is unavailable, or runs another version.
    """
    running: dict[Future[FileRecord], Task] = {}
    try:
        for task in tasks:
            running[executor.submit(task)] = task
            if len(running) >= executor.in_flight:
                _take(running, told)
        while running:
            _take(running, told)
    except KeyboardInterrupt:
        # Nothing is cancelled: pebble would kill the working process, perhaps between its SVG and its record.
        finished, _ = wait(running, finishing_s)
        for future in finished:
            told(_result(future, running[future]))
        raise


def _take(running: dict[Future[FileRecord], Task], told: Told) -> None:
    """Report all finished tasks; the loss of a cluster is raised after those that it had finished."""
    gone: ClusterFault | None = None
    finished, _ = wait(running, return_when=FIRST_COMPLETED)
    for future in finished:
        try:
            told(_result(future, running.pop(future)))
        except ClusterFault as fault:
            gone = fault
    if gone:
        raise gone


def _result(future: Future[FileRecord], task: Task) -> FileRecord:
    try:
        return future.result()
    except CancelledError as fault:
        raise ClusterFault("the Dask scheduler was lost; run the same command to resume") from fault
    except ImportError as fault:
        raise ClusterFault(f"a worker does not have this version of svgai installed: {fault}") from fault
    except TimeoutError:
        return FileRecord.failed(task.source, task.output, "timeout", "the conversion took too long and was ended")
    except ProcessExpired as fault:
        return FileRecord.failed(
            task.source, task.output, "process_died", f"its process died (exit code {fault.exitcode})"
        )
    except Exception as fault:  # noqa: BLE001 - a worker of a cluster that was killed; one file stops no others
        return FileRecord.failed(task.source, task.output, "process_died", f"{type(fault).__name__}: {fault}")
