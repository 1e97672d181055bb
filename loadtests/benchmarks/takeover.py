"""
Promotions and rollbacks under load: their duration, and their effect on clients.

`svgai watch` runs meanwhile, and `svgai promote` and `svgai rollback` act, on the registry and the deployment of the
current folder.
"""

import json
import re
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from loadtests.servers.local_server import stop
from loadtests.servers.service_calls import api_calls, post
from loadtests.servers.traffic import Call, quantile_ms, under_load
from svgai.errors import SvgAiError

SVGAI = Path(sys.executable).with_name("svgai")
WATCH_EVERY_S = 1.0
SERVED_WITHIN_S = 180.0
_ASKED_EVERY_S = 0.05
_QUIET_S = 5.0


@dataclass(frozen=True)
class Turn:
    """One promotion or rollback: seconds from the call of the command to the first answer by the version."""

    what: str
    version: int
    command_s: float
    served_s: float


@dataclass(frozen=True)
class Takeovers:
    """
    What was measured.

    Attributes:
        turns: Promotions and rollbacks in order.
        sent: Requests sent during them, and for _QUIET_S before and after.
        refused: Those rejected with 429: the machine also starts services meanwhile.
        failed: Those with any other answer, or none, by status (0: no answer).
        p99_ms: 99th percentile of good answers in milliseconds.
    """

    turns: tuple[Turn, ...]
    sent: int
    refused: int
    failed: dict[int, int]
    p99_ms: float


def measure_takeovers(
    url: str,
    versions: tuple[int, int],
    images: Sequence[bytes],
    rate: float,
    rounds: int,
    observe_s: float,
    log: Path,
    progress: Callable[[int, int], None],
) -> Takeovers:
    """
    Promote the second of two versions of the classifier and roll back to the first, `rounds` times, under load.

    The first one must serve at `url`, deployed from the current folder; `rate` requests a second are sent, and each new
    Bento is observed for `observe_s` seconds.

    Raises:
        SvgAiError: it does not serve, a command failed, or a version was not served in time; `log` has the watcher's
            output.
    """
    first, second = versions
    if served(url, images[0]) != first:
        raise SvgAiError(f"{url} does not serve version {first} of the classifier: svgai promote, then svgai deploy")
    commands = {
        "promote": ["promote", "classifier", "--version", str(second)],
        "rollback": ["rollback"],
    }
    turns: list[Turn] = []
    with watching(url, observe_s, log), under_load(mixed(url, images), rate) as load:
        time.sleep(_QUIET_S)
        for number in range(2 * rounds):
            what, version = ("rollback", first) if number % 2 else ("promote", second)
            turns.append(_turn(url, what, version, commands[what], images[0], log))
            progress(number + 1, 2 * rounds)
        time.sleep(_QUIET_S)
    outcomes = load.result()
    refused = sum(outcome.refused for outcome in outcomes)
    failed = Counter(outcome.status for outcome in outcomes if not outcome.ok and not outcome.refused)
    return Takeovers(tuple(turns), len(outcomes), refused, dict(failed), quantile_ms(outcomes, 0.99))


def mixed(url: str, images: Sequence[bytes]) -> list[Call]:
    """Two in five calls classify, two optimize and one converts, each with the next image."""
    kinds = [api_calls(url, api, images) for api in ("classify", "optimize", "convert", "classify", "optimize")]
    return [kinds[number % 5][number // 5] for number in range(5 * len(images))]


def served(url: str, image: bytes) -> int:
    """The classifier version that is served at `url`."""
    (call,) = api_calls(url, "classify", [image])
    told = str(json.loads(post(call))["model_version"])
    found = re.search(r"classifier:(\d+)", told)
    if not found:
        raise SvgAiError(f"{url} does not say which version of the classifier it serves: {told}")
    return int(found[1])


@contextmanager
def watching(url: str, observe_s: float, log: Path) -> Iterator[None]:
    """Runs `svgai watch`, which deploys at `url`, inside the block."""
    host, _, port = url.removeprefix("http://").partition(":")
    options = ["--every", f"{WATCH_EVERY_S:g}", "--observe", f"{observe_s:g}", "--host", host, "--port", port]
    with log.open("ab") as output:
        watcher = subprocess.Popen(  # noqa: S603 - the command is ours
            [SVGAI, "watch", *options], stdout=output, stderr=subprocess.STDOUT
        )
    try:
        yield
    finally:
        stop(watcher)


def _turn(url: str, what: str, version: int, command: Sequence[str], image: bytes, log: Path) -> Turn:
    began = time.perf_counter()
    with ThreadPoolExecutor(1) as thread:
        done = thread.submit(_svgai, command)
        while served(url, image) != version:
            if done.done() and (fault := done.exception()):
                raise fault
            if time.perf_counter() - began > SERVED_WITHIN_S:
                raise SvgAiError(f"version {version} was not served within {SERVED_WITHIN_S:g} s; {log} says why")
            time.sleep(_ASKED_EVERY_S)
        served_s = time.perf_counter() - began
        command_s = done.result() - began
    return Turn(what, version, command_s, served_s)


def _svgai(command: Sequence[str]) -> float:
    result = subprocess.run([SVGAI, *command], capture_output=True, text=True, check=False)  # noqa: S603
    if result.returncode:
        raise SvgAiError(f"svgai {' '.join(command)} failed: {result.stderr.strip()}")
    return time.perf_counter()
