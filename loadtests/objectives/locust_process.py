"""
Runs Locust in a separate process.

Importing Locust replaces the standard library's sockets and threads in the whole process, so no other module does.
"""

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from loadtests.objectives.figures import Figures
from loadtests.objectives.stages import Stage, peak, total_seconds, written
from svgai.errors import SvgAiError

LOCUSTFILE = Path(__file__).parents[1] / "locustfile.py"

LOOK_EVERY_S = 0.5
ANSWERS_WITHIN_S = 30
"""Seconds for requests in progress when the load ends; more than the service's own timeout."""

_ENDS_WITHIN_S = ANSWERS_WITHIN_S + 15
_TAIL = 2000

Progress = Callable[[str, int, int], None]
"""Called with a description, the seconds passed, and the total."""


@dataclass(frozen=True)
class LocustRun:
    """
    Settings of a Locust run.

    Attributes:
        url: The service, without a path.
        stages: The load over time.
        users: Number of clients, which share the highest rate.
        images: Folder of images.
        seed: Determines the requests.
        api_key: Sent with every request; None: none.
        report: HTML file for Locust's report; None: none.
    """

    url: str
    stages: Sequence[Stage]
    users: int
    images: Path
    seed: int = 1
    api_key: str | None = None
    report: Path | None = None


@dataclass(frozen=True)
class Outcome:
    """The measurements; `stopped`: Ctrl-C ended the load early."""

    figures: Figures
    stopped: bool


def run_locust(run: LocustRun, progress: Progress) -> Outcome:
    """
    Load a service, and return the measurements. KeyboardInterrupt ends the load early; the report is still written.

    Raises:
        SvgAiError: Locust failed, or was stopped before the load began; the message has the end of its output.
    """
    with tempfile.TemporaryDirectory(prefix="svgai-loadtest-") as folder:
        output, figures = Path(folder, "output.log"), Path(folder, "figures.json")
        with output.open("wb") as log:
            # A separate session: Ctrl-C in the terminal only reaches this process, and Locust gets one signal.
            process = subprocess.Popen(  # noqa: S603 - the command is ours
                locust_command(run, figures),
                env=locust_environment(run.api_key),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        stopped = False
        try:
            _watch(process, figures, total_seconds(run.stages), progress)
        except KeyboardInterrupt:
            stopped = True
            _interrupt(process)
        finally:
            if process.poll() is None:
                process.kill()
                process.wait()
        measured = Figures.read(figures)
        if measured is None or (process.returncode and not stopped):
            what = "stopped before the load began" if stopped else f"Locust failed with code {process.returncode}"
            raise SvgAiError(f"{what}; it printed:\n{output.read_text(errors='replace')[-_TAIL:].strip()}")
        return Outcome(measured, stopped)


def locust_command(run: LocustRun, figures: Path) -> list[str]:
    """The command that starts Locust for a run; it writes its measurements to the file."""
    options = {
        "--locustfile": LOCUSTFILE,
        "--host": run.url,
        "--stages": written(run.stages),
        "--users": run.users,
        "--user-rate": peak(run.stages) / run.users,
        "--images": run.images.resolve(),
        "--seed": run.seed,
        "--figures": figures,
        "--html": run.report.resolve() if run.report else None,
        "--stop-timeout": ANSWERS_WITHIN_S,
        # Failed requests are results, not a failure of Locust.
        "--exit-code-on-error": 0,
    }
    given = [str(part) for option, value in options.items() if value is not None for part in (option, value)]
    return [sys.executable, "-m", "locust", "--headless", "--only-summary", *given]


def locust_environment(api_key: str | None) -> dict[str, str]:
    """Our environment, with this package first on the path, and the key, which process lists do not show there."""
    paths = [str(LOCUSTFILE.parents[1]), *filter(None, [os.environ.get("PYTHONPATH")])]
    return {**os.environ, "PYTHONPATH": os.pathsep.join(paths), "API_KEYS": api_key or ""}


def _watch(process: subprocess.Popen[bytes], file: Path, seconds: float, progress: Progress) -> None:
    total = round(seconds)
    progress("Load (preparing requests)", 0, total)
    while process.poll() is None:
        if figures := Figures.read(file):
            answered = sum(endpoint.answered for endpoint in figures.endpoints)
            failed = sum(endpoint.failed for endpoint in figures.endpoints)
            refused = sum(endpoint.refused for endpoint in figures.endpoints)
            state = f"{figures.users} users, {answered} answers, {failed} failed, {refused} refused"
            progress(f"Load ({state})", min(int(figures.seconds), total), total)
        time.sleep(LOOK_EVERY_S)


def _interrupt(process: subprocess.Popen[bytes]) -> None:
    """Make Locust end the load, wait for the last answers and write its report."""
    process.send_signal(signal.SIGINT)
    try:
        process.wait(_ENDS_WITHIN_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
