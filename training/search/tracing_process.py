"""
Measures tracings in a subprocess, so that one that never ends is stopped, even in native code.

Each measuring thread has one such process and reuses it for all images. The process limits itself, by an alarm whose
default action kills it, and it exits when its parent has gone or has sent nothing for a while: nobody has to clean it
up.
"""

import os
import signal
import subprocess
import sys
import threading
import time
import weakref
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from typing import Literal

import cv2

from svgai.array_types import Pixels
from svgai.choose.trials import TrialMaker
from svgai.errors import RenderingFailed, TracingFailed
from svgai.measure.quality import Quality
from svgai.trace.parameters import TracingParameters

LeftOut = Literal["failed", "too slow", "too large"]
"""The reason why a tracing of an image has no measures. A crash of the process also counts as a failure."""

_IDLE_S = 60.0
_ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}


@dataclass(frozen=True)
class Limits:
    """
    The limits of a tracing, including its measurement; beyond them it is not measured.

    Attributes:
        seconds: The service stops a whole conversion after this time, so a slower tracing cannot be served.
        bytes: A larger SVG is no improvement on a logo's raster file, and takes long to render.
    """

    seconds: float = 10.0
    bytes: int = 200_000


@dataclass(frozen=True)
class Measured:
    """The quality of one tracing, and the seconds for tracing and measuring."""

    quality: Quality
    seconds: float


def measure_tracings(rgba: Pixels, tracings: Sequence[TracingParameters], limits: Limits) -> list[Measured | LeftOut]:
    """
    Trace (height, width, 4) straight-alpha pixels with every tracing; one outcome a tracing, in order.

    Raises:
        TracingFailed: no process can be started.
    """
    outcomes: list[Measured | LeftOut] = []
    while len(outcomes) < len(tracings):
        process = _process_of_thread()
        try:
            process.connection.send((rgba, tracings[len(outcomes) :], limits))
            while len(outcomes) < len(tracings):
                outcomes.append(process.connection.recv())
        except (EOFError, OSError):
            code = process.popen.wait()
            if code:  # else it exited because it was idle, and no tracing had started
                outcomes.append("too slow" if code == -signal.SIGALRM else "failed")
        except BaseException:
            _own.process = None  # its answers would be mistaken for those of the next image
            raise
    return outcomes


class _TracingProcess:
    """A running process that answers on `connection`."""

    def __init__(self) -> None:
        self.connection, other_end = Pipe()
        with other_end:
            descriptor = other_end.fileno()
            # Not multiprocessing: in a Dask worker it cannot start a child, and its child would import the main module.
            self.popen = subprocess.Popen(  # noqa: S603 - our own code
                [sys.executable, "-P", "-c", f"from {__name__} import serve; serve({descriptor})"],
                pass_fds=[descriptor],
                env={**os.environ, **_ONE_THREAD, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
                start_new_session=True,  # only the parent handles Ctrl-C
            )
        weakref.finalize(self, _end, self.popen, self.connection)
        try:
            self.connection.recv()
        except EOFError:
            raise TracingFailed("the process that measures tracings does not start") from None


_own = threading.local()


def _process_of_thread() -> _TracingProcess:
    process: _TracingProcess | None = getattr(_own, "process", None)
    if process is None or process.popen.poll() is not None:
        process = _own.process = _TracingProcess()
    return process


def _end(popen: "subprocess.Popen[bytes]", connection: Connection) -> None:
    connection.close()
    popen.kill()
    popen.wait()


def serve(descriptor: int) -> None:
    """The main loop of the process: it receives images with their tracings and sends one outcome at a time."""
    signal.signal(signal.SIGALRM, signal.SIG_DFL)  # a Python handler would only run after VTracer returns
    cv2.setNumThreads(1)  # the processes already use all cores
    with (
        Connection(descriptor) as connection,
        suppress(EOFError, BrokenPipeError, ConnectionResetError),  # no parent is left
    ):
        connection.send("ready")
        while connection.poll(_IDLE_S):
            rgba, tracings, limits = connection.recv()
            maker = TrialMaker(rgba)
            for parameters in tracings:
                signal.setitimer(signal.ITIMER_REAL, limits.seconds)
                outcome = _measure(maker, parameters, limits)
                signal.setitimer(signal.ITIMER_REAL, 0)
                connection.send(outcome)


def _measure(maker: TrialMaker, parameters: TracingParameters, limits: Limits) -> Measured | LeftOut:
    began = time.perf_counter()
    try:
        trial = maker.made(parameters)
        seconds = time.perf_counter() - began
        return "too large" if trial.quality.bytes > limits.bytes else Measured(trial.quality, seconds)
    except (TracingFailed, RenderingFailed):
        return "failed"
