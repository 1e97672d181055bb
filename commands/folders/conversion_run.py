"""The run over all files: few on their way at once, each record kept as it comes, and an end that loses nothing."""

from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, CancelledError, Future, wait

from pebble import ProcessExpired

from commands.folders.executors import Executor
from commands.folders.file_work import Task
from commands.folders.records import FileRecord
from svgai.errors import ClusterFault

FINISHING_S = 20
"""Seconds that files on their way get to be finished after Ctrl-C."""

Told = Callable[[FileRecord], None]


def convert_all(tasks: Iterator[Task], executor: Executor, told: Told, finishing_s: float = FINISHING_S) -> None:
    """
    Have every task done, and tell of each record as it comes.

    Raises:
        KeyboardInterrupt: Ctrl-C; what was on its way is finished and told, as far as `finishing_s` seconds allow.
        ClusterFault: the cluster has gone, or runs another version.
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
        # Nothing is cancelled: pebble would end the process that is at it, between its SVG and its record.
        finished, _ = wait(running, finishing_s)
        for future in finished:
            told(_result(future, running[future]))
        raise


def _take(running: dict[Future[FileRecord], Task], told: Told) -> None:
    """Tell of all that is finished by now; a cluster that has gone is raised after what it had finished before."""
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
        raise ClusterFault("the Dask scheduler has gone; the same command goes on with what is left") from fault
    except ImportError as fault:
        raise ClusterFault(f"a worker has not this version of svgai installed: {fault}") from fault
    except TimeoutError:
        return FileRecord.failed(task.source, task.output, "timeout", "the conversion took too long and was ended")
    except ProcessExpired as fault:
        return FileRecord.failed(
            task.source, task.output, "process_died", f"its process died (exit code {fault.exitcode})"
        )
    except Exception as fault:  # noqa: BLE001 - a worker of a cluster that was killed; one file stops no others
        return FileRecord.failed(task.source, task.output, "process_died", f"{type(fault).__name__}: {fault}")
