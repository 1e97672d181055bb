"""
The process that serves a Bento on a loopback port: starting it detached from the command, finding and stopping it.

Processes are found by their command line, so that one started just before a crash is not lost.
"""

import os
import shutil
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import httpx
import psutil

from rollout import readiness
from rollout.processes import lives, wait_until_gone
from rollout.state import Service
from svgai.errors import DeploymentFault, SvgAiError
from svgai.settings import load_settings

READY_WITHIN_S = readiness.READY_WITHIN_S
STOPPED_WITHIN_S = 40.0
_SETSID = "/usr/bin/setsid"
_LARGEST_LOG = 20_000_000
_KEPT_LOGS = 10
_SHOWN_LINES = 5


def start(service: Service, folder: Path, bentoml_home: Path) -> None:
    """Start serving, with output appended to a file in `folder`; does not wait."""
    for old in sorted(folder.glob("service-*.log"), key=lambda path: path.stat().st_mtime)[:-_KEPT_LOGS]:
        old.unlink()
    home = _own_home(_home(service, folder), bentoml_home)
    with _log(folder, service).open("ab") as output:
        # In its own session, without a parent here: it outlives the command, and leaves no zombie.
        subprocess.run(  # noqa: S603 - the command is ours, and no shell reads it
            [_SETSID, "--fork", *_command(service, folder)],
            env=os.environ | environment(_bento_folder(home, service.bento)) | {"BENTOML_HOME": str(home)},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            check=True,
        )


def find(service: Service, folder: Path) -> psutil.Process | None:
    """The process that serves it, if one runs."""
    wanted = _command(service, folder)[1:]
    for process in psutil.process_iter():
        with suppress(psutil.Error):
            # The end of its command line: before exec, the process still has setsid's in front.
            if process.cmdline()[-len(wanted) :] == wanted and lives(process):
                return process
    return None


def wait_until_ready(service: Service, folder: Path) -> float:
    """
    Wait for the first good answer of /readyz; returns the seconds that it took.

    Raises:
        DeploymentFault: it exited, or was not ready within READY_WITHIN_S; the message has the end of its output.
    """

    def ended() -> str | None:
        return None if find(service, folder) else "its service ended while starting"

    try:
        return readiness.wait_until_ready(f"{url(service)}/readyz", ended, READY_WITHIN_S)
    except SvgAiError as fault:
        raise DeploymentFault(service.bento, (f"{fault}: {_end_of_log(folder, service)}",)) from None


def is_ready(service: Service) -> bool:
    """Whether /readyz answers well."""
    with httpx.Client(timeout=5, trust_env=False) as client:
        return readiness.answers_well(client, f"{url(service)}/readyz")


def stop(service: Service, folder: Path) -> None:
    """
    Have it finish its requests and exit; whatever is left after STOPPED_WITHIN_S is killed.

    Also if only its workers are left: they keep running without their supervisor, and hold the port.
    """
    home = _home(service, folder)
    first = find(service, folder)
    for process in [first] if first else _of_home(home):
        with suppress(psutil.NoSuchProcess):
            process.terminate()
    for process in wait_until_gone(_of_home(home), STOPPED_WITHIN_S):
        with suppress(psutil.NoSuchProcess):
            process.kill()
    _remove_home(home)


def trim_log(service: Service, folder: Path) -> None:
    """Truncate the file of its output once it is large; it is open for appending."""
    path = _log(folder, service)
    if path.is_file() and path.stat().st_size > _LARGEST_LOG:
        os.truncate(path, 0)


def url(service: Service) -> str:
    """Where it answers."""
    return f"http://127.0.0.1:{service.port}"


def bearer(api_key: str | None) -> dict[str, str]:
    """The headers of a request to a service that may require a key."""
    return {"Authorization": f"Bearer {api_key}"} if api_key else {}


def serve_command(bento_folder: Path, host: str, port: int) -> list[str]:
    """
    The command that serves the Bento in a folder.

    Not by its tag: where the package svgai can be imported, as in a checkout, BentoML takes `svgai:...` for its
    attribute, and the Bento runs with the checkout's code.
    """
    return [sys.executable, "-m", "bentoml", "serve", str(bento_folder), "--host", host, "--port", str(port)]


def environment(bento_folder: Path) -> dict[str, str]:
    """
    The environment of a service, in which all of its processes import the Bento's code before any other.

    Its quality database is where this folder's commands look for it, not in the Bento's folder, in which it runs.
    """
    return {
        **load_settings().kept_in_place,
        "PYTHONPATH": str(bento_folder / "src"),
        "PYTHONSAFEPATH": "1",
        "BENTOML_DO_NOT_TRACK": "True",
    }


def _command(service: Service, folder: Path) -> list[str]:
    return serve_command(_bento_folder(_home(service, folder), service.bento), "127.0.0.1", service.port)


def _home(service: Service, folder: Path) -> Path:
    return folder.resolve() / f"bentoml-{service.port}"


def _bento_folder(home: Path, bento: str) -> Path:
    name, _, version = bento.partition(":")
    return home / "bentos" / name / version


def _of_home(home: Path) -> list[psutil.Process]:
    """The processes with this BentoML home, which no two services share."""
    found = []
    for process in psutil.process_iter():
        with suppress(psutil.Error):  # another user's, or exited
            if process.environ().get("BENTOML_HOME") == str(home) and lives(process):
                found.append(process)
    return found


def _own_home(home: Path, bentoml_home: Path) -> Path:
    # BentoML empties the metrics folder in its home when it starts: two services must not share one.
    home.mkdir(parents=True, exist_ok=True)
    for part in ("bentos", "models"):
        link = home / part
        if not link.is_symlink():
            link.symlink_to(bentoml_home / part)
    return home


def _remove_home(home: Path) -> None:
    for part in ("bentos", "models"):
        (home / part).unlink(missing_ok=True)
    shutil.rmtree(home, ignore_errors=True)


def _log(folder: Path, service: Service) -> Path:
    return folder / f"service-{service.bento.replace(':', '-')}.log"


def _end_of_log(folder: Path, service: Service) -> str:
    path = _log(folder, service)
    lines = path.read_text(encoding="utf-8", errors="replace").strip().splitlines() if path.is_file() else []
    return " / ".join(lines[-_SHOWN_LINES:]) or "it printed nothing"
