"""Functions and what came of them, between the service and its conversion processes."""

import copyreg
import multiprocessing
import pickle
import resource
from collections.abc import Callable

import psutil
import pytest

from svgai.errors import InvalidImage, TracingFailed
from svgai.serve.workers.task_messages import OUT_OF_MEMORY, read_outcome, run_task
from svgai.stages import stage


def refuse() -> None:
    raise InvalidImage("damaged").because(OSError("broken data stream"))


def slip() -> None:
    raise LookupError("nobody foresaw this")


def exhaust() -> None:
    raise MemoryError


def test_a_process_without_memory_ends() -> None:
    """So that another takes its place: one that lives on would fail every task."""
    process = multiprocessing.get_context("spawn").Process(
        target=run_task, args=(pickle.dumps((exhaust, (), {}, False)),)
    )
    process.start()
    process.join(300)
    assert process.exitcode == OUT_OF_MEMORY


def crowd() -> None:
    """Take the address space away and fail as a library does that is not Python's."""
    taken = psutil.Process().memory_info().vms + 1_000_000
    resource.setrlimit(resource.RLIMIT_AS, (taken, taken))
    raise RuntimeError("std::bad_alloc")


def crowd_for_a_while() -> None:
    """Fail as a library does that had too little address space and gave back what it held."""
    taken = psutil.Process().memory_info().vms + 500_000_000
    resource.setrlimit(resource.RLIMIT_AS, (taken, taken))
    raise RuntimeError("std::bad_alloc")


@pytest.mark.parametrize("task", [crowd, crowd_for_a_while])
def test_a_process_ends_too_where_a_library_says_in_its_own_words_that_there_is_no_memory(
    task: Callable[[], None],
) -> None:
    """Whether or not there is room again when it has failed."""
    process = multiprocessing.get_context("spawn").Process(target=run_task, args=(pickle.dumps((task, (), {}, False)),))
    process.start()
    process.join(300)
    assert process.exitcode == OUT_OF_MEMORY


def test_a_fault_comes_back_with_what_the_library_said() -> None:
    """The message is for the client, the detail for the log."""
    outcome = read_outcome(run_task(pickle.dumps((refuse, (), {}, False))))
    with pytest.raises(InvalidImage, match="damaged") as found:
        outcome.result()
    assert found.value.detail == "OSError: broken data stream"


def test_what_nobody_foresaw_comes_back_as_text() -> None:
    """Its type may be anybody's."""
    with pytest.raises(RuntimeError, match="LookupError: nobody foresaw this"):
        read_outcome(run_task(pickle.dumps((slip, (), {}, False)))).result()


@stage("work")
def work(fails: bool) -> int:
    if fails:
        raise TracingFailed("no")
    return 7


@pytest.mark.parametrize("fails", [True, False])
@pytest.mark.parametrize("watched", [True, False])
def test_stages_come_back_where_they_are_asked_for(*, watched: bool, fails: bool) -> None:
    """Also those of what fails; nothing is recorded where nobody asks."""
    outcome = read_outcome(run_task(pickle.dumps((work, (fails,), {}, watched))))
    assert [one.name for one in outcome.stages] == ["work"] * watched
    assert (outcome.value, outcome.fault is not None) == (None if fails else 7, fails)


def test_a_library_that_pickles_faults_its_own_way_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """As one does that keeps tracebacks; how it reads them is no value."""
    monkeypatch.setitem(copyreg.dispatch_table, RuntimeError, lambda fault: (eval, (repr(fault),)))
    with pytest.raises(RuntimeError, match="LookupError: nobody foresaw this"):
        read_outcome(run_task(pickle.dumps((slip, (), {}, False)))).result()
