"""Tracings measured in a process of their own, with limits that hold."""

import os
import signal
import subprocess
import sys
import threading
import time
from multiprocessing import Pipe

import psutil
import pytest

from svgai.choose.trials import TrialMaker
from svgai.trace.parameters import TracingParameters
from svgai.trace.tracer import trace
from tests.fakes.tiny_models import drawn_logo
from training.search import tracing_process
from training.search.tracing_process import Limits, Measured, measure_tracings

pytestmark = pytest.mark.slow

LOGO = drawn_logo(1, 24)
TRACINGS = [TracingParameters(upscale=1), TracingParameters(upscale=2, simplify=2)]


def measuring() -> set[int]:
    """The ids of the processes that measure for the threads of this one."""
    children = psutil.Process().children()
    return {child.pid for child in children if f"from {tracing_process.__name__} import serve" in child.cmdline()[-1]}


def process_of_thread() -> int:
    """The id of the process that measures for this thread, the only one that does."""
    measure_tracings(LOGO, TRACINGS[:1], Limits())
    (pid,) = measuring()
    return pid


def test_outcomes_are_those_of_tracing_here() -> None:
    """In the order of the tracings, each drawn again where that is asked for."""
    logo = LOGO.copy()
    logo[2:5, 2:5, :3] = (160, 20, 20)
    tracings = [*TRACINGS, *(TracingParameters(filter_speckle=12, refine_to=least) for least in (0, 0.8))]
    outcomes = measure_tracings(logo, tracings, Limits())
    assert outcomes[-1] != outcomes[-2]
    for outcome, parameters in zip(outcomes, tracings, strict=True):
        assert isinstance(outcome, Measured)
        assert outcome.quality == TrialMaker(logo).made(parameters).quality
        assert 0 < outcome.seconds < 10


def test_a_slow_tracing_is_stopped_and_the_others_are_measured() -> None:
    """The process is ended in the middle of its work; another one does the rest."""
    large, small = drawn_logo(1, 400), TracingParameters(upscale=1, colour_models="flat")
    slow = TracingParameters(upscale=4, simplify=0.25)
    began = time.perf_counter()
    trace(large, slow)
    limit = Limits(seconds=(time.perf_counter() - began) / 20)
    before = process_of_thread()
    assert measure_tracings(large, [slow], limit) == ["too slow"]
    (outcome,) = measure_tracings(LOGO, [small], Limits())
    assert isinstance(outcome, Measured)
    assert process_of_thread() != before


def test_a_large_svg_is_left_out() -> None:
    """One byte more than allowed is too much."""
    first = measure_tracings(LOGO, TRACINGS[:1], Limits())[0]
    assert isinstance(first, Measured)
    size = first.quality.bytes
    assert measure_tracings(LOGO, TRACINGS[:1], Limits(bytes=size - 1)) == ["too large"]
    assert isinstance(measure_tracings(LOGO, TRACINGS[:1], Limits(bytes=size))[0], Measured)


def test_a_process_is_kept_and_renewed_when_it_has_ended() -> None:
    """A thread has one process for all its images; one that ended in between costs no tracing."""
    measure_tracings(LOGO, TRACINGS, Limits())
    first = process_of_thread()
    measure_tracings(LOGO, TRACINGS, Limits())
    assert process_of_thread() == first
    os.kill(first, signal.SIGKILL)
    os.waitid(os.P_PID, first, os.WEXITED | os.WNOWAIT)
    assert all(isinstance(outcome, Measured) for outcome in measure_tracings(LOGO, TRACINGS, Limits()))
    assert process_of_thread() != first


def test_a_process_that_dies_at_a_tracing_costs_that_one_alone() -> None:
    """It counts as failed."""
    process = process_of_thread()
    os.kill(process, signal.SIGSTOP)  # it cannot answer before it is killed
    killer = threading.Timer(0.2, os.kill, (process, signal.SIGKILL))
    killer.start()
    first, second = measure_tracings(LOGO, TRACINGS, Limits())
    killer.join()
    assert first == "failed"
    assert isinstance(second, Measured)


def test_a_process_ends_with_its_thread() -> None:
    """Nobody has to end it."""
    before = measuring()
    started: set[int] = set()

    def measure() -> None:
        measure_tracings(LOGO, TRACINGS[:1], Limits())
        started.update(measuring() - before)

    thread = threading.Thread(target=measure)
    thread.start()
    thread.join()
    (process,) = started
    with pytest.raises(ProcessLookupError):
        os.kill(process, 0)


def test_a_process_whose_parent_has_gone_ends_quietly() -> None:
    """Also while it starts, as after Ctrl-C: no traceback on the terminal of the search."""
    ours, theirs = Pipe()
    with ours, theirs:
        descriptor = theirs.fileno()
        orphan = subprocess.Popen(
            [sys.executable, "-c", f"from {tracing_process.__name__} import serve; serve({descriptor})"],
            pass_fds=[descriptor],
            stderr=subprocess.PIPE,
        )
    _, told = orphan.communicate(timeout=60)
    assert (orphan.returncode, told) == (0, b"")
