"""
Tracings measured in a process of its own, so that one that never ends is stopped, native code or not.

Each thread that measures has one such process and keeps it from image to image. The process limits itself, by an alarm
whose default action ends it, and it ends where its parent has gone or has asked nothing for a while: nobody has to
clean up after it.
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
"""Why a tracing of an image has no figures. It failed also where the process died of it."""

_IDLE_S = 60.0
_ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}


@dataclass(frozen=True)
class Limits:
    """
    What a tracing may take, measuring included; more is not measured.

    Attributes:
        seconds: The service stops a whole conversion after as many, so a slower tracing cannot be served.
        bytes: An SVG beyond this is no gain on the raster file of a logo, and takes long to render.
    """

    seconds: float = 10.0
    bytes: int = 200_000


@dataclass(frozen=True)
class Measured:
    """The quality of one tracing, and the seconds that it took to trace and measure."""

    quality: Quality
    seconds: float


def measure_tracings(rgba: Pixels, tracings: Sequence[TracingParameters], limits: Limits) -> list[Measured | LeftOut]:
    """
    Trace (height, width, 4) straight-alpha pixels in every way; one outcome a tracing, in order.

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
            if code:  # else it ended because it had been idle, and no tracing was begun
                outcomes.append("too slow" if code == -signal.SIGALRM else "failed")
        except BaseException:
            _own.process = None  # its answers would be taken for those of the next image
            raise
    return outcomes


class _TracingProcess:
    """A running process that answers on `connection`."""

    def __init__(self) -> None:
        self.connection, other_end = Pipe()
        with other_end:
            descriptor = other_end.fileno()
            # Not by multiprocessing: it lets a Dask worker start no child, and has a child import the main module.
            self.popen = subprocess.Popen(  # noqa: S603 - our own code
                [sys.executable, "-P", "-c", f"from {__name__} import serve; serve({descriptor})"],
                pass_fds=[descriptor],
                env={**os.environ, **_ONE_THREAD, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
                start_new_session=True,  # Ctrl-C is for the parent alone
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
    """What the process does: it takes images with their tracings and answers with one outcome at a time."""
    signal.signal(signal.SIGALRM, signal.SIG_DFL)  # a handler would wait for VTracer to return
    cv2.setNumThreads(1)  # the processes share the cores already
    with (
        Connection(descriptor) as connection,
        suppress(EOFError, BrokenPipeError, ConnectionResetError),  # nobody is left to answer to
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
