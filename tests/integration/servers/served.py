"""A really served service: `bentoml serve service:SvgAi` on a free loopback port, stopped at the end."""

import base64
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import psutil

from loadtests.servers.local_server import stop
from rollout.ports import free_port

ROOT = Path(__file__).resolve().parents[3]
START_SECONDS, LOG_SECONDS = 180, 60
KEPT = ("PATH", "HOME", "LANG", "LD_LIBRARY_PATH", "PYTHONPATH")
"""Variables that a service has of those of the tests."""

INTERRUPTIBLE = ("env", "--default-signal=INT")
"""Goes before a command that is to be ended by Ctrl-C, which children of a shell's background job ignore."""


@dataclass(frozen=True)
class Served:
    """A running service: a client for it, its process, and the file with what it printed."""

    client: httpx.Client
    process: subprocess.Popen[bytes]
    output: Path

    @property
    def address(self) -> str:
        """Host and port."""
        return self.client.base_url.netloc.decode()

    def pool_workers(self) -> list[int]:
        """The ids of the processes that convert: forked from the fork server."""
        children = psutil.Process(self.process.pid).children(recursive=True)
        servers = [child for child in children if "forkserver" in " ".join(child.cmdline())]
        return [child.pid for child in servers if any(child.ppid() == other.pid for other in servers)]

    def wait_for(self, path: str, status: int) -> httpx.Response:
        """Ask until the path answers with the status."""
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                break
            try:
                response = self.client.get(path)
            except httpx.TransportError:
                time.sleep(0.1)
                continue
            if response.status_code == status:
                return response
            time.sleep(0.1)
        raise AssertionError(f"{path} did not answer {status}; the service printed:\n{self.output.read_text()}")


def start(
    folder: Path, port: int, *, bento: str = "", runner: Sequence[str] = (), **settings: str
) -> tuple[subprocess.Popen[bytes], Path]:
    """
    Start a service with settings from nothing but the arguments; gives the process and its output.

    Without a Bento's tag it is the working tree's service. The BentoML store is folder/bentoml. `runner` is a command
    that runs another one. A conversion has a minute unless the settings say otherwise: cores may be busy.
    """
    folder.mkdir(parents=True, exist_ok=True)
    output = folder / "output.log"
    kept = {name: os.environ[name] for name in KEPT if name in os.environ}
    places = {"BENTOML_HOME": str(folder / "bentoml"), "QUALITY_DB_URL": f"sqlite:///{folder / 'quality.db'}"}
    environment = kept | places | {"BENTOML_DO_NOT_TRACK": "true", "AI_INFERENCE_TIMEOUT": "60"} | settings
    command = [sys.executable, "-m", "bentoml", "serve"]
    with output.open("wb") as log:
        process = subprocess.Popen(
            [*runner, *command, bento or "service:SvgAi", "--host", "127.0.0.1", "--port", str(port)],
            cwd=folder if bento else ROOT,
            env=environment,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
    return process, output


@contextmanager
def serving(
    folder: Path, *, ready: bool = True, bento: str = "", runner: Sequence[str] = (), **settings: str
) -> Iterator[Served]:
    """A service that is ready (or, ready=False, alive) inside the block."""
    port = free_port()
    process, output = start(folder, port, bento=bento, runner=runner, **settings)
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=120) as client:
            served = Served(client, process, output)
            served.wait_for("/readyz" if ready else "/livez", 200)
            yield served
    finally:
        stop(process)


def encoded(data: bytes) -> str:
    """Bytes in base64."""
    return base64.b64encode(data).decode()


def script_of(page: str) -> str:
    """The path of the module that a page of the service begins with."""
    found = re.search(r'<script type="module" src="([^"]+)"', page)
    assert found
    return f"/{found[1]}"


def error_code(response: httpx.Response) -> tuple[int, str]:
    """Status and code of an error, which must have the one shape."""
    error = response.json()["error"]
    assert set(error) == {"code", "message", "request_id"}
    assert error["request_id"] == response.headers["X-Request-ID"]
    return response.status_code, str(error["code"])


def text_with(path: Path, words: str) -> str:
    """The lines of a growing file once the words are in a finished one."""
    deadline = time.monotonic() + LOG_SECONDS
    while time.monotonic() < deadline:
        finished = path.read_text().rpartition("\n")[0]
        if words in finished:
            return finished
        time.sleep(0.05)
    raise AssertionError(f"{words!r} did not appear in {path}:\n{path.read_text()}")
