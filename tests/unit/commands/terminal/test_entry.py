"""How the command line begins and ends."""

import os
import subprocess
import sys

import pytest

from commands.terminal.entry import run
from svgai.errors import DatasetFault, GateFailed

VARIABLES = ("MLFLOW_DISABLE_TELEMETRY", "BENTOML_DO_NOT_TRACK", "MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR")
PATIENCE = ("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "MLFLOW_HTTP_REQUEST_TIMEOUT")


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Variables that the command sets are put back afterwards."""
    for name in (*VARIABLES, *PATIENCE, "MLFLOW_LOGGING_LEVEL", "OMP_WAIT_POLICY"):
        monkeypatch.setenv(name, "own")


@pytest.mark.parametrize(
    "fault, told",
    [
        (DatasetFault("no [images]"), "error: no [images]\n"),
        (OSError("disk full"), "error: disk full\n"),
        (GateFailed("it", ("accuracy is low", "f1 is low")), "  accuracy is low\n  f1 is low\nmake another version"),
    ],
)
def test_faults_end_with_code_1(fault: Exception, told: str, capsys: pytest.CaptureFixture[str]) -> None:
    """The reason stands on stderr, all of it, and there is no traceback."""

    def app() -> None:
        raise fault

    with pytest.raises(SystemExit) as ended:
        run(app)
    shown = capsys.readouterr()
    assert ended.value.code == 1
    assert told in shown.err
    assert shown.out == ""


def test_other_faults_are_not_hidden() -> None:
    """A mistake of ours keeps its traceback."""

    def app() -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        run(app)


def test_nothing_is_told_to_anybody(monkeypatch: pytest.MonkeyPatch) -> None:
    """The reports of libraries are off while the command runs, unless somebody set them."""
    monkeypatch.delenv("BENTOML_DO_NOT_TRACK")
    seen: dict[str, str] = {}
    run(lambda: seen.update({name: os.environ[name] for name in VARIABLES[:2]}))
    assert seen == {"MLFLOW_DISABLE_TELEMETRY": "own", "BENTOML_DO_NOT_TRACK": "true"}


def test_an_mlflow_server_that_is_silent_is_given_up_soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two tries of 8 s in place of MLflow's minutes, unless somebody set them."""
    monkeypatch.delenv("MLFLOW_HTTP_REQUEST_TIMEOUT")
    seen: dict[str, str] = {}
    run(lambda: seen.update({name: os.environ[name] for name in PATIENCE}))
    assert seen == {"MLFLOW_HTTP_REQUEST_MAX_RETRIES": "own", "MLFLOW_HTTP_REQUEST_TIMEOUT": "8"}


@pytest.mark.slow
def test_no_garbage_is_looked_for_when_the_process_ends() -> None:
    """What a command made is set aside before: there is nothing left to look through."""
    code = "import atexit, gc; atexit.register(lambda: print(len(gc.get_objects()))); "
    code += "from commands.terminal.entry import run; run(lambda: print(len(gc.get_objects())))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    while_it_ran, at_its_end = map(int, done.stdout.split())
    assert while_it_ran > 10_000
    assert at_its_end < 100
