"""What libraries write past the log, in a process of its own: it takes over its descriptors."""

import json
import subprocess
import sys
import textwrap
from typing import Any

import pytest

pytestmark = pytest.mark.slow

BEGUN = """
import ctypes, logging, os, sys, time
from svgai.serve.logs.log_setup import formatter
from svgai.serve.logs.native_output import log_native_output, open_native_output
from svgai.serve.logs.repeated_lines import RepeatedLines

handler = logging.StreamHandler(sys.stdout)
handler.setFormatter(formatter("json"))
handler.addFilter(RepeatedLines())
logging.getLogger().addHandler(handler)
library = ctypes.CDLL(None)
"""


def _lines(program: str) -> list[dict[str, Any]]:
    """What a program writes to stdout, line by line, after its end; stderr stays empty."""
    code = BEGUN + textwrap.dedent(program)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert done.stderr == ""
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_what_native_code_writes_is_a_line_of_the_log() -> None:
    """On either descriptor, with all that it wrote at once in one field; what the log writes goes where it went."""
    lines = _lines("""
        open_native_output()
        log_native_output([logging.getLogger()])
        library.perror(b"libtiff")
        os.write(1, b"two\\nlines\\n")
        time.sleep(1)
        print("printed", flush=True)
        time.sleep(1)
        logging.getLogger("own").warning("as before")
    """)
    assert [line["logger"] for line in lines] == ["svgai.output", "svgai.output", "own"]
    assert lines[0]["output"].startswith("libtiff: ")
    assert lines[0]["output"].endswith("two\nlines")
    assert lines[1]["output"] == "printed"


def test_a_flood_blocks_nobody_and_becomes_few_lines() -> None:
    """Ten a minute, none of them long; a pipe that is full takes no more."""
    lines = _lines("""
        open_native_output()
        log_native_output([logging.getLogger()])
        for number in range(20_000):
            try:
                os.write(2, b"%d " % number * 200)
            except BlockingIOError:
                time.sleep(0.0001)
        time.sleep(1)
    """)
    assert 1 <= len(lines) <= 10
    assert all(len(line["output"]) <= 2_000 for line in lines)


def test_what_was_written_before_is_logged_by_whoever_comes_after() -> None:
    """The pipe is the supervisor's: it outlives a worker that crashed."""
    lines = _lines("""
        open_native_output()
        if os.fork() == 0:
            os.dup2(int(os.environ["SVGAI_NATIVE_OUTPUT"].partition(",")[2]), 2)
            library.perror(b"last words")
            os.abort()
        os.wait()
        log_native_output([logging.getLogger()])
        time.sleep(1)
    """)
    assert [line["output"].partition(":")[0] for line in lines] == ["last words"]


def test_without_a_supervisor_nothing_changes() -> None:
    """Output goes where it went."""
    lines = _lines("""
        log_native_output([logging.getLogger()])
        os.write(1, b'{"plain": 1}\\n')
    """)
    assert lines == [{"plain": 1}]
