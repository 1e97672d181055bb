"""How Locust is started; that it loads, stops and reports is tested against a served service."""

import subprocess
import sys
from pathlib import Path

import pytest

from loadtests.objectives.locust_process import LOCUSTFILE, LocustRun, locust_command, locust_environment
from loadtests.objectives.stages import parse_stages

RUN = LocustRun("http://127.0.0.1:3000", parse_stages("10s:4,20s:8"), 32, Path("logos"), api_key="topsecret")


def option(command: list[str], name: str) -> str:
    return command[command.index(name) + 1]


def test_the_users_share_the_highest_rate() -> None:
    """32 users who send 8 requests a second send one each in four seconds."""
    command = locust_command(RUN, Path("figures.json"))
    assert (option(command, "--users"), option(command, "--user-rate")) == ("32", "0.25")
    assert option(command, "--stages") == "10s:4,20s:8"


def test_what_is_not_asked_for_is_left_out() -> None:
    """Locust has defaults of its own."""
    command = locust_command(RUN, Path("figures.json"))
    assert "--seed" in command
    assert "--html" not in command


def test_the_key_is_in_no_list_of_processes() -> None:
    """It travels in the environment."""
    assert not any("topsecret" in part for part in locust_command(RUN, Path("figures.json")))
    assert locust_environment("topsecret")["API_KEYS"] == "topsecret"
    assert locust_environment(None)["API_KEYS"] == ""


def test_the_process_finds_this_very_code() -> None:
    """Wherever it is started, and whichever version is installed."""
    assert locust_environment(None)["PYTHONPATH"].split(":")[0] == str(LOCUSTFILE.parents[1])


@pytest.mark.slow
def test_the_command_line_never_imports_locust() -> None:
    """Its import would replace sockets and threads in the whole process."""
    modules = "cli, loadtests.objectives.request_mix, loadtests.objectives.images"
    code = f"import sys, {modules}; print({{'gevent', 'locust'}} & set(sys.modules))"
    found = subprocess.run(
        [sys.executable, "-c", code], cwd=LOCUSTFILE.parents[1], capture_output=True, text=True, check=True
    )
    assert found.stdout == "set()\n"
