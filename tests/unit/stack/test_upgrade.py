"""Upgrades of a stack: which set serves when, whatever fails or is killed on the way."""

from pathlib import Path

import pytest

from rollout.observation import Care
from stack.release import Release, read_release, write_release
from stack.upgrade import Upgrade
from svgai.errors import ContainerFault, StackFault
from tests.fakes.stack_fakes import FakeStack, Killed

CARE = Care(canary_percent=10, observe_s=0)
OLD = Release(images={"blue": "old", "green": "older"}, former="older")


@pytest.fixture
def world(tmp_path: Path) -> FakeStack:
    """A stack whose blue set serves."""
    write_release(tmp_path, OLD)
    return FakeStack(tmp_path, OLD)


def upgrade(world: FakeStack, *faults: str) -> Upgrade:
    return Upgrade(world.as_compose(), world.as_proxy(), lambda _: None, lambda _: faults)


def test_the_other_set_takes_over_and_the_old_one_is_stopped(world: FakeStack) -> None:
    """Only the new set runs at the end, and the image before is where a rollback leads."""
    upgrade(world).to("new", CARE)
    release = read_release(world.folder)
    assert release is not None
    assert (release.live, release.image, release.former, release.phase) == ("green", "new", "old", "steady")
    assert world.runs == {"green-1", "green-2"}
    assert world.sent_to == {"green"}


def test_what_fails_its_smoke_test_never_serves(world: FakeStack) -> None:
    """The old set serves on, the new one is stopped, and the fault says what was wrong."""
    with pytest.raises(StackFault, match="new is not in service: no answer"):
        upgrade(world, "no answer").to("new", CARE)
    assert world.runs == {"blue-1", "blue-2"}
    assert world.sent_to == {"blue"}
    assert read_release(world.folder) == OLD.but(
        images={"blue": "old", "green": "new"}, since=upgrade(world).release.since
    )


def test_a_rollback_puts_the_image_before_back(world: FakeStack) -> None:
    """Also a rollback of a rollback."""
    upgrade(world).to("new", CARE)
    upgrade(world).roll_back()
    assert upgrade(world).release.image == "old"
    upgrade(world).roll_back()
    assert upgrade(world).release.image == "new"


def test_a_dry_run_shows_the_commands_of_a_real_one(world: FakeStack) -> None:
    """Also which set is stopped at the end; nothing is written."""
    upgrade(world).to("new", CARE)
    real = world.commands
    write_release(world.folder, OLD)
    world.commands, world.dry = [], True
    upgrade(world).to("new", CARE)
    assert world.commands == real
    assert read_release(world.folder) == OLD


def test_an_engine_that_fails_takes_the_new_set_back(world: FakeStack) -> None:
    """While the new set is waited for, containers cannot be listed: the old one serves on, and the state is steady."""

    def refuse(*_: object, **__: object) -> list[str]:
        world.containers = listed  # type: ignore[method-assign]
        raise ContainerFault("containers cannot be listed")

    listed, world.containers = world.containers, refuse  # type: ignore[method-assign]
    with pytest.raises(StackFault, match="new is not in service: containers cannot be listed"):
        upgrade(world).to("new", CARE)
    assert world.runs == {"blue-1", "blue-2"}
    assert upgrade(world).release.phase == "steady"


def test_without_an_image_before_there_is_no_rollback(world: FakeStack) -> None:
    """It is said, and nothing changes."""
    write_release(world.folder, OLD.but(former=None))
    with pytest.raises(StackFault, match="no other image"):
        upgrade(world).roll_back()
    assert world.commands == []


def test_what_serves_already_is_not_started_again(world: FakeStack) -> None:
    """An upgrade may be repeated."""
    upgrade(world).to("old", CARE)
    assert world.commands == []


def test_whoever_kills_the_command_anywhere_finds_a_stack_that_serves(tmp_path: Path) -> None:
    """At every step: nginx sends requests to running replicas alone, and the same command once more finishes."""
    steps = 0
    while True:
        steps += 1
        folder = tmp_path / str(steps)
        folder.mkdir()
        write_release(folder, OLD)
        world = FakeStack(folder, OLD)
        world.killed_at = steps
        try:
            upgrade(world).to("new", CARE)
        except Killed:
            assert world.serves(), f"killed at step {steps}"
            world.killed_at = None
            upgrade(world).to("new", CARE)
        assert world.serves()
        assert upgrade(world).release.image == "new"
        assert upgrade(world).release.phase == "steady"
        assert world.runs == {f"{upgrade(world).release.live}-{number}" for number in (1, 2)}
        if world.steps < steps:
            break
    assert steps > 8
