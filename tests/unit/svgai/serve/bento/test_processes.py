"""BentoML's supervisor and worker as this service has them."""

import errno
import json
import logging
import os
import signal
import subprocess
import sys
import threading
import warnings
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from svgai.api.requests.multipart import parts_of
from svgai.errors import InvalidRequest
from svgai.settings import Settings

# BentoML's own imports use what its dependencies have deprecated, so it is imported inside the tests.
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")


@pytest.fixture(autouse=True)
def process_as_it_was() -> Iterator[None]:
    """The log's handlers of this process are pytest's own, which later tests share, as they do its signals."""
    before = [(handler, handler.formatter, list(handler.filters)) for handler in logging.getLogger().handlers]
    hooks = (warnings.showwarning, sys.excepthook, threading.excepthook, sys.unraisablehook)
    mask = signal.pthread_sigmask(signal.SIG_BLOCK, ())
    yield
    signal.pthread_sigmask(signal.SIG_SETMASK, mask)
    warnings.showwarning, sys.excepthook, threading.excepthook, sys.unraisablehook = hooks
    for handler, form, filters in before:
        handler.setFormatter(form)
        handler.filters[:] = filters


def test_a_container_does_not_stop_respawning(monkeypatch: pytest.MonkeyPatch) -> None:
    """Inside a container too, dead workers are replaced, and nothing is reported to anyone."""
    from svgai.serve.bento.processes import prepare_supervisor

    monkeypatch.setenv("BENTOML_CONTAINERIZED", "true")
    monkeypatch.setenv("BENTOML_DO_NOT_TRACK", "false")
    prepare_supervisor(Settings(_env_file=None))
    assert "BENTOML_CONTAINERIZED" not in os.environ
    assert os.environ["BENTOML_DO_NOT_TRACK"] == "true"


@pytest.mark.parametrize(
    "fault,said",
    [
        (OSError(errno.EADDRINUSE, "Address already in use"), "listen on port 3007 of 127.0.0.1: Address already"),
        (OSError(errno.EACCES, "Permission denied"), "listen on port 3007 of 127.0.0.1: Permission denied"),
        (PermissionError(errno.EACCES, "Permission denied", "/var/log/svgai.log"), None),
        (OSError(errno.ENOSPC, "No space left on device"), None),
        (ValueError("something else"), None),
    ],
)
def test_an_address_that_cannot_be_had_is_told_in_a_line(
    fault: Exception, said: str | None, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """With port and host as they were given; every other fault with its traceback."""
    from svgai.serve.bento.processes import prepare_supervisor

    monkeypatch.setattr(logging.getLogger("svgai"), "propagate", True)
    with click.Context(click.Command("serve")) as command:
        command.params = {"port": 3007, "host": "127.0.0.1"}
        prepare_supervisor(Settings(_env_file=None))
    sys.excepthook(type(fault), fault, None)
    assert (said or f"the process ends: {type(fault).__name__}") in caplog.text
    assert [record.exc_info is None for record in caplog.records if record.levelno == logging.CRITICAL] == [bool(said)]


def test_bodies_that_cannot_be_read_are_no_lines_of_a_library(caplog: pytest.LogCaptureFixture) -> None:
    """The line of the request tells of them; nobody made it to warn of its clients."""
    from svgai.serve.bento.processes import prepare_supervisor

    prepare_supervisor(Settings(_env_file=None))
    with pytest.raises(InvalidRequest):
        parts_of(b"no parts", "multipart/form-data; boundary=B")
    assert not caplog.records


def test_outside_a_worker_a_stop_is_an_exit(caplog: pytest.LogCaptureFixture) -> None:
    """Without BentoML's supervisor above it, stopping ends this process only, with the reason."""
    from svgai.serve.bento.processes import stop_service

    with caplog.at_level(logging.CRITICAL), pytest.raises(SystemExit, match="no models"):
        stop_service("no models")


@pytest.mark.slow
def test_lean_imports_make_unused_modules_look_absent() -> None:
    """A serving process cannot import them, and BentoML's checks for their types still answer."""
    code = """
import svgai.serve.worker_life.lean_imports
import sys, xgboost
from bentoml._internal.types import LazyType
assert not {"pandas", "sklearn"} & set(sys.modules)
assert not LazyType("pandas", "Series").isinstance({})
try:
    import pandas
except ModuleNotFoundError as absent:
    print(absent.name)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout.strip()) == (0, "pandas"), done.stderr


@pytest.mark.parametrize("name,said", [("missing/service.log", "there is no folder"), ("", "is a folder")])
def test_a_log_file_that_cannot_be_ends_the_start_with_a_line(name: str, said: str, tmp_path: Path) -> None:
    """Before any process is started that would fail again and again."""
    from svgai.serve.bento.processes import prepare_supervisor

    with pytest.raises(SystemExit, match=f"LOG_FILE: .*{said}"):
        prepare_supervisor(Settings(_env_file=None, log_file=tmp_path / name))


def test_what_the_main_module_of_a_worker_imports_is_shared() -> None:
    """The fork server has all of it, so that no child process imports anything but the module itself."""
    from svgai.serve.bento.processes import MAIN_IMPORTS

    code = f"""
import json, sys
for name in {MAIN_IMPORTS!r}:
    __import__(name)
import logging, typing
before = set(sys.modules)
import _bentoml_impl.worker.service
print(json.dumps(sorted(set(sys.modules) - before)))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert json.loads(done.stdout) == ["_bentoml_impl.worker.service"]
