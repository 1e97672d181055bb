"""A container as it runs: started, watched, stopped, and gone."""

import time
from pathlib import Path

import psutil
import pytest

from containers.running import Container, running
from svgai.errors import ContainerFault
from tests.fakes.engine_with_containers import READY, engine_with_containers

ENDS = "import sys; print('began'); sys.exit('no settings')"

ENDS_WITH_7 = """
import signal, sys
signal.signal(signal.SIGTERM, lambda *_: sys.exit(7))
print("can be asked", flush=True)
while True:
    signal.pause()
"""


def wait_until_ended(container: Container) -> int:
    deadline = time.monotonic() + 30
    while (code := container.exit_code()) is None:
        assert time.monotonic() < deadline
        time.sleep(0.02)
    return code


def test_a_container_runs_inside_the_block_and_is_gone_after_it(tmp_path: Path) -> None:
    """Where its root cannot be written to, and on the port that was asked for."""
    engine, state = engine_with_containers(tmp_path, READY)
    with running(engine, "svgai:1", 3123) as container:
        asked = (state / "command").read_text()
        assert container.exit_code() is None
        assert psutil.pid_exists(container.pid)
    assert "--read-only" in asked
    assert "--env PORT=3123" in asked
    assert asked.endswith("svgai:1")
    assert not psutil.pid_exists(container.pid)
    assert not list(state.iterdir())


@pytest.mark.slow
def test_one_that_ended_tells_its_code_and_all_that_it_printed(tmp_path: Path) -> None:
    """On its standard error, too, where a service says why it cannot start."""
    engine, _ = engine_with_containers(tmp_path, ENDS)
    with running(engine, "svgai:1", 3123) as container:
        assert wait_until_ended(container) == 1
        assert container.output().endswith("began\nno settings")


@pytest.mark.slow
def test_a_stop_waits_for_the_end(tmp_path: Path) -> None:
    """And gives the code that the container ended with."""
    engine, _ = engine_with_containers(tmp_path, ENDS_WITH_7)
    with running(engine, "svgai:1", 3123) as container:
        while "asked" not in container.output():
            time.sleep(0.02)
        assert container.stop() == 7
        assert container.exit_code() == 7


def test_what_could_not_be_started_leaves_nothing(tmp_path: Path) -> None:
    """An engine makes the container before it starts it."""
    engine, state = engine_with_containers(tmp_path, "")
    with pytest.raises(ContainerFault, match=r"svgai:1 could not be started .*no space"), running(engine, "svgai:1", 1):
        pass
    assert not list(state.iterdir())


def test_an_absent_image_is_told(tmp_path: Path) -> None:
    """In the engine's own words."""
    engine, _ = engine_with_containers(tmp_path, READY)
    with (
        pytest.raises(ContainerFault, match=r"absent could not be started .*no such image"),
        running(engine, "absent", 1),
    ):
        pass
