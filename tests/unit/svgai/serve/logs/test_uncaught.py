"""Faults that nothing catches become lines of the log."""

import gc
import json
import subprocess
import sys
import threading
from collections.abc import Iterator

import pytest

from svgai.serve.logs.uncaught import log_uncaught

# The process that ends is a real one: what is told of it must reach its handlers before that.
PROGRAM = """
import logging, sys, threading
from svgai.serve.logs.log_setup import formatter
from svgai.serve.logs.uncaught import log_uncaught
handler = logging.StreamHandler()
handler.setFormatter(formatter("json"))
logging.getLogger().addHandler(handler)
log_uncaught()
def fails(): raise LookupError("lost\\nand forged")
if sys.argv[1] == "thread":
    thread = threading.Thread(target=fails, name="a worker")
    thread.start()
    thread.join()
else:
    fails()
"""


@pytest.fixture(autouse=True)
def hooks_as_they_were() -> Iterator[None]:
    """They are pytest's, and later tests share them."""
    before = (sys.excepthook, threading.excepthook, sys.unraisablehook)
    yield
    sys.excepthook, threading.excepthook, sys.unraisablehook = before


@pytest.mark.parametrize(
    "where,said,code", [("main", "the process ends: LookupError", 1), ("thread", "a worker ends: LookupError", 0)]
)
def test_the_end_of_a_thread_is_one_line_of_json(where: str, said: str, code: int) -> None:
    """With its traceback as a field; nothing else is printed."""
    done = subprocess.run([sys.executable, "-c", PROGRAM, where], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (code, "")
    (line,) = done.stderr.splitlines()
    fields = json.loads(line)
    assert (fields["message"], fields["logger"]) == (said, "svgai.uncaught")
    assert "lost\nand forged" in fields["traceback"]


@pytest.mark.slow
def test_a_fault_that_cannot_be_raised_is_a_line(caplog: pytest.LogCaptureFixture) -> None:
    """As one of an object that is taken away."""

    class Failing:
        def __del__(self) -> None:
            raise LookupError("lost")

    log_uncaught()
    failing = Failing()
    del failing
    gc.collect()
    (record,) = (record for record in caplog.records if record.name == "svgai.uncaught")
    assert record.getMessage().endswith(": LookupError")
    assert record.exc_info


def test_an_interrupt_by_a_person_is_left_to_python(
    caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    """Who presses Ctrl-C reads the terminal."""
    log_uncaught()
    sys.excepthook(KeyboardInterrupt, KeyboardInterrupt(), None)
    assert "KeyboardInterrupt" in capsys.readouterr().err
    assert not caplog.records
