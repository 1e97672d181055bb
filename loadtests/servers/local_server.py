"""Starts a service for a measurement: time to readiness, memory and processor time of its processes, stop."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import psutil

from rollout import readiness
from rollout.ports import free_port
from svgai.errors import SvgAiError

STOP_WITHIN_S = 20.0


@dataclass(frozen=True)
class LocalServer:
    """
    A running server.

    Attributes:
        url: Its URL.
        pid: Its first process.
        ready_s: Seconds from its start to its first good answer on the readiness path.
    """

    url: str
    pid: int
    ready_s: float

    def processes(self) -> list[psutil.Process]:
        """The server's first process and all its living descendants."""
        first = psutil.Process(self.pid)
        return [first, *first.children(recursive=True)]

    def resident_mb(self) -> float:
        """Resident memory of all processes in MB (10^6 bytes); memory that they share is counted in each."""
        return sum(_sampled(process, "rss") for process in self.processes())

    def proportional_mb(self) -> float:
        """The same with shared memory divided among those that share it (PSS)."""
        return sum(_sampled(process, "pss") for process in self.processes())

    def cpu_seconds(self) -> float:
        """Processor time that all living processes have used so far."""
        return sum(_cpu_seconds(process) for process in self.processes())


@contextmanager
def local_server(
    command: Sequence[str], *, port: int, ready_path: str, folder: Path, environment: Mapping[str, str], log: Path
) -> Iterator[LocalServer]:
    """
    A server that is ready inside the block and stopped after it.

    Args:
        command: The command that starts it.
        port: Its port on 127.0.0.1.
        ready_path: Answers 2xx once the server is ready.
        folder: The current folder of the server.
        environment: Added to this process's variables.
        log: File for the server's output.

    Raises:
        SvgAiError: It exited, or was not ready in time; the message says where its output is.
    """
    began = time.perf_counter()
    with log.open("wb") as output:
        process = subprocess.Popen(  # noqa: S603 - the commands are ours
            list(command), cwd=folder, env={**os.environ, **environment}, stdout=output, stderr=subprocess.STDOUT
        )
    url = f"http://127.0.0.1:{port}"
    try:
        wait_until_ready(url + ready_path, process.poll, lambda: f"{log} holds what it printed")
        yield LocalServer(url, process.pid, time.perf_counter() - began)
    finally:
        stop(process)


@contextmanager
def svgai_service(log: Path, **settings: str) -> Iterator[LocalServer]:
    """
    The current folder's service with the newest models of the BentoML store, as `local_server` gives it.

    Its quality database is beside the log, unless `settings` name another.
    """
    port = free_port()
    command = [sys.executable, "-m", "bentoml", "serve", "service:SvgAi", "--host", "127.0.0.1", "--port", str(port)]
    database = f"sqlite:///{log.absolute().with_name('quality.db')}"
    environment = {"BENTOML_DO_NOT_TRACK": "true", "QUALITY_DB_URL": database, **settings}
    with local_server(
        command, port=port, ready_path="/readyz", folder=Path.cwd(), environment=environment, log=log
    ) as server:
        yield server


def stop(process: subprocess.Popen[bytes]) -> None:
    """Stop a server, and kill its remaining processes and descendants after STOP_WITHIN_S."""
    if process.poll() is not None:
        return
    below = psutil.Process(process.pid).children(recursive=True)
    process.terminate()
    try:
        process.wait(STOP_WITHIN_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait(STOP_WITHIN_S)
    for child in below:
        with suppress(psutil.NoSuchProcess):
            child.kill()


def wait_until_ready(
    url: str, exit_code: Callable[[], int | None], output: Callable[[], str], within_s: float = readiness.READY_WITHIN_S
) -> None:
    """
    Poll until `url` answers well.

    Args:
        url: The URL that answers once the server is ready.
        exit_code: Returns the server's exit code, None while it runs.
        output: Returns the server's output, or where it is.
        within_s: Timeout in seconds.

    Raises:
        SvgAiError: It exited, or was not ready in time; the message has its output.
    """

    def ended() -> str | None:
        code = exit_code()
        return None if code is None else f"the server ended with code {code}"

    try:
        readiness.wait_until_ready(url, ended, within_s)
    except SvgAiError as fault:
        raise SvgAiError(f"{fault}; {output()}") from None


def _cpu_seconds(process: psutil.Process) -> float:
    try:
        times = process.cpu_times()
    except psutil.NoSuchProcess:
        return 0.0
    return float(times.user + times.system)


def _sampled(process: psutil.Process, kind: str) -> float:
    try:
        memory = process.memory_full_info() if kind == "pss" else process.memory_info()
        return float(getattr(memory, kind)) / 1e6
    except psutil.NoSuchProcess:
        return 0.0
    except psutil.AccessDenied as denied:
        raise SvgAiError(f"process {process.pid} is another user's: only root may measure its memory") from denied
