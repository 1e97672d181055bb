"""The program that finds a Bento, ended by a person or a scheduler while it works."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.integration.servers.served import INTERRUPTIBLE

CHOICE = """
import signal, sys, time
signal.signal(signal.SIGTERM, signal.default_int_handler)
try:
    print("works", file=sys.stderr, flush=True)
    time.sleep(600)
except KeyboardInterrupt:
    time.sleep(0.5)
    print("tidied up", file=sys.stderr, flush=True)
"""
COMMAND = """
import subprocess, sys
from commands.delivery.serving_choice import ask_for_bento
ask_for_bento(lambda _, **options: subprocess.Popen([sys.executable, "-c", sys.argv[1]], **options))
"""


@pytest.mark.slow
@pytest.mark.parametrize(
    "number,everyone,code", [(signal.SIGINT, True, 130), (signal.SIGTERM, False, 143)], ids=["Ctrl-C", "SIGTERM"]
)
def test_whoever_works_may_tidy_up(number: signal.Signals, everyone: bool, code: int) -> None:
    """Ctrl-C reaches both, and the second signal that would break the tidying off is not sent; nothing is left over."""
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parents[4])}
    with subprocess.Popen(
        [*INTERRUPTIBLE, sys.executable, "-c", COMMAND, CHOICE],
        env=environment,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as command:
        assert command.stderr is not None
        assert command.stderr.readline() == "works\n"
        if everyone:
            os.killpg(command.pid, number)
        else:
            command.send_signal(number)
        assert command.stderr.read() == "tidied up\n"
        assert command.wait(120) == code
