"""What a served service writes, from its first line to its last: one shape, whoever writes and whatever is sent."""

import json
import os
import re
import signal
import time
from pathlib import Path
from typing import Any

import psutil
import pytest

from tests.integration.servers.raw_http import request, wire
from tests.integration.servers.served import Served, serving, text_with

pytestmark = pytest.mark.integration

FORGED = '{"level": "CRITICAL", "message": "forged"}'

# Run by Python as it starts, in supervisor and worker: a thread that fails once it is told to, as one of a library.
FAILING_THREAD = """
import os, sys, threading, time

def wait_and_fail():
    while not os.path.exists({signal!r}):
        time.sleep(0.1)
    raise LookupError("lost\\n{forged}")

if any("bentoml" in word for word in sys.orig_argv) and not os.path.exists({signal!r}):
    threading.Thread(target=wait_and_fail, name="of a library", daemon=True).start()
"""

HOSTILE: tuple[dict[str, str], ...] = (
    {"X_Request_ID": FORGED},
    {"X_Request_ID": f"a\tb\x0b{FORGED}"},
    {"X_Request_ID": f"a\x1b[2K\x85\u2028{FORGED}"},
    {"User_Agent": f"\x85{FORGED}", "Referer": FORGED, "X_Forwarded_For": FORGED},
    {"Content_Type": f"multipart/form-data; boundary={FORGED}"},
    {"Authorization": f"Bearer {FORGED}", "Traceparent": FORGED},
)


def _lines(path: Path) -> list[dict[str, Any]]:
    """Every line of a file, each of which must be an object of the one shape."""
    lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    assert [line for line in lines if not {"time", "level", "logger", "message"} <= line.keys()] == []
    return lines


def _provoke(served: Served, fails: Path) -> None:
    """Requests of every hostile kind, a thread that fails, a killed worker, and an end."""
    for headers in HOSTILE:
        with wire(served.client.base_url) as connected:
            connected.send(request("POST", "/api/classify", b'{"image": "AA=="}', **headers))
            connected.reply()
    for head in (
        f"GET /%0a{FORGED.replace(' ', '')} HTTP/1.1\r\nHost: a\r\n\r\n",
        f"{FORGED.replace(' ', '')} / HTTP/1.1\r\nHost: a\r\n\r\n",
        f"GET / HTTP/1.1\r\nHost: a\r\nX: a\n{FORGED}\r\n\r\n",
        f"{FORGED}\n{FORGED}\r\n\r\n",
    ):
        with wire(served.client.base_url) as connected:
            connected.send(head.encode())
            connected.reply("GET")
    fails.touch()
    text_with(served.output, "of a library ends")
    (worker,) = (
        child
        for child in psutil.Process(served.process.pid).children()
        if "_bentoml_impl.worker.service" in child.cmdline()
    )
    for process in (worker, *worker.children(recursive=True)):
        for number in (1, 2):
            Path(f"/proc/{process.pid}/fd/{number}").write_text(f"TIFFReadDirectory: {FORGED}\n{FORGED}\n")
    text_with(served.output, "TIFFReadDirectory")
    os.kill(worker.pid, signal.SIGSTOP)
    Path(f"/proc/{worker.pid}/fd/2").write_text("terminate called\n")
    os.kill(worker.pid, signal.SIGKILL)
    time.sleep(1)  # until the supervisor has seen it
    served.wait_for("/readyz", 200)
    text_with(served.output, "terminate called")


@pytest.fixture(scope="module", params=["json", pytest.param("text", marks=pytest.mark.long)])
def written(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Path]:
    """The form, and the folder with all that a service wrote in it, which has ended."""
    folder = tmp_path_factory.mktemp("logs")
    fails = folder / "fails"
    (folder / "sitecustomize.py").write_text(
        FAILING_THREAD.format(signal=str(fails), forged=FORGED.replace('"', '\\"'))
    )
    with serving(
        folder,
        AI_ENHANCED="false",
        AI_MAX_WORKERS="1",
        LOG_FORMAT=request.param,
        LOG_LEVEL="DEBUG",
        LOG_FILE=str(folder / "service.log"),
        PYTHONPATH=os.pathsep.join(filter(None, [str(folder), os.environ.get("PYTHONPATH")])),
    ) as served:
        _provoke(served, fails)
    return request.param, folder


def test_every_line_has_the_one_shape(written: tuple[str, Path]) -> None:
    """BentoML's own, those of a killed worker and of an uncaught fault: objects of JSON, or lines with a time."""
    form, folder = written
    for path in (folder / "output.log", folder / "service.log"):
        if form == "json":
            assert len(_lines(path)) > len(HOSTILE)
        else:
            other = [line for line in path.read_text().splitlines() if not re.match(r"\d{4}-\d\d-\d\d |    ", line)]
            assert other == []


def test_what_libraries_write_is_a_field(written: tuple[str, Path]) -> None:
    """Whichever process they are in; the last words of a worker that was killed are logged by the next one."""
    form, folder = written
    if form == "text":
        pytest.skip("the other form has the fields")
    found = [line for line in _lines(folder / "output.log") if line["logger"] == "svgai.output"]
    assert {line["message"] for line in found} == {"a library wrote to the output"}
    outputs = "\n".join(line["output"] for line in found)
    assert FORGED in outputs
    assert outputs.endswith("terminate called")


def test_the_lines_tell_of_start_requests_faults_and_end(written: tuple[str, Path]) -> None:
    """Each by its logger; a traceback is a field of its line."""
    form, folder = written
    if form == "text":
        pytest.skip("the other form has the fields")
    lines = _lines(folder / "output.log")
    loggers = {line["logger"].partition(".")[0] for line in lines}
    assert {"bentoml", "svgai"} <= loggers
    uncaught = [line for line in lines if line["logger"] == "svgai.uncaught"]
    assert uncaught
    assert all("LookupError: lost" in line["traceback"] for line in uncaught)
    requests = [line for line in lines if line["logger"] == "svgai.request"]
    assert len(requests) >= len(HOSTILE)
    assert {line["method"] for line in requests} <= {"GET", "POST", "OTHER"}


def test_nothing_that_a_client_sends_is_in_a_line(written: tuple[str, Path]) -> None:
    """Neither as a line of its own nor within one; what this test makes a library write is no client's."""
    _, folder = written
    for path in (folder / "output.log", folder / "service.log"):
        text = path.read_text(encoding="utf-8")
        own = re.compile("LookupError|svgai.output")
        found = [line for line in text.splitlines() if "forged" in line and not own.search(line)]
        assert [line for line in found if not line.startswith("    ")] == []
        assert "\x1b" not in text
        assert "\x85" not in text
