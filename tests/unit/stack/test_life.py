"""A stack that is started, and started again."""

from pathlib import Path

import pytest

from stack.environment import Environment
from stack.life import start
from stack.release import Release, write_release
from svgai.errors import StackFault
from tests.fakes.stack_fakes import FakeStack

READ_AGAIN = ("kill", "--signal", "SIGHUP", "prometheus", "alertmanager")


@pytest.fixture
def world(tmp_path: Path) -> FakeStack:
    """A stack that runs, with Prometheus and Alertmanager."""
    release = Release(images={"blue": "old", "green": "older"})
    write_release(tmp_path, release)
    made = FakeStack(tmp_path, release)
    given = {"SVGAI_IMAGE": "old", "STACK_PROFILES": "monitoring"}
    made.environment = Environment({**made.environment.values, **given})
    made.runs |= {"nginx", "prometheus", "alertmanager"}
    return made


def up(world: FakeStack) -> None:
    start(world.as_compose(), world.as_proxy(), lambda _: None)


def test_rules_are_read_again_when_all_of_it_is_healthy(world: FakeStack) -> None:
    """Last of all: a process that has just started may not know the signal yet."""
    up(world)
    assert world.commands[-1] == READ_AGAIN
    assert (world.folder / "prometheus" / "alerts.rules.yml").is_file()


@pytest.mark.parametrize("program", ["promtool", "amtool"])
def test_rules_that_are_wrong_are_told(world: FakeStack, program: str) -> None:
    """And not read: what was read before goes on."""
    world.wrong = program
    with pytest.raises(StackFault, match="it is wrong"):
        up(world)
    assert READ_AGAIN not in world.commands


def test_nothing_is_read_again_where_nothing_watches(world: FakeStack) -> None:
    """Without the profile there is neither of both."""
    world.environment = Environment({**world.environment.values, "STACK_PROFILES": ""})
    up(world)
    assert [command[0] for command in world.commands] == ["up", "up", "up"]


def test_a_dry_run_shows_it(world: FakeStack) -> None:
    """The command alone, and nothing is written."""
    world.dry = True
    up(world)
    assert world.commands[-1] == READ_AGAIN
    assert not (world.folder / "prometheus").exists()
