"""Challengers that leave Staging, with the reason written on them."""

from registry.mlflow_store.promotion_log import WATCHER, Actor
from registry.mlflow_store.versions import CLASSIFIER
from registry.promotion.moves import promote
from registry.promotion.settlement import settle
from registry.promotion.withdrawal import withdraw
from tests.fakes.fake_registry import FakeRegistry, PowerCut, gates_that_refuse, later

ANN = Actor(by="ann", via="cli")
REASON = "attainment fell by 0.1"


def _staged() -> FakeRegistry:
    registry = FakeRegistry(3)
    promote(registry.client, CLASSIFIER, 1, to="Production", actor=ANN, judge=gates_that_refuse())
    promote(registry.client, CLASSIFIER, 2, to="Staging", actor=ANN, judge=gates_that_refuse())
    return registry


def _withdraw(registry: FakeRegistry) -> bool:
    return withdraw(registry.client, CLASSIFIER, 2, actor=WATCHER, reason=REASON)


def test_it_leaves_staging_with_the_reason() -> None:
    """Stage, alias, log and description say so, and the watcher has nothing to settle."""
    registry = _staged()

    assert _withdraw(registry)

    version = registry.versions()[1]
    assert (version.stage, version.aliases, version.recorded_stage) == ("Archived", (), "Archived")
    assert version.transitions[-1].note == REASON
    assert REASON in version.description
    before = dict(registry.tags[2])
    settle(registry.client, CLASSIFIER, gates_that_refuse(), lambda _: None, later)
    assert registry.tags[2] == before
    assert registry.stages[1] == "Production"


def test_again_it_changes_nothing() -> None:
    """The reason is written once."""
    registry = _staged()
    _withdraw(registry)
    before = registry.descriptions[2]

    assert not _withdraw(registry)
    assert registry.descriptions[2] == before


def test_one_that_was_promoted_stays_in_production() -> None:
    """A stopped experiment takes nothing out of service."""
    registry = _staged()
    promote(registry.client, CLASSIFIER, 2, to="Production", actor=ANN, judge=gates_that_refuse())

    assert not _withdraw(registry)
    assert registry.stages[2] == "Production"


def test_of_a_version_that_was_deleted_there_is_nothing_to_do() -> None:
    """Its experiment stays in the database, and keeps no other challenger in Staging."""
    assert not withdraw(_staged().client, CLASSIFIER, 9, actor=WATCHER, reason=REASON)


def test_the_reason_is_written_though_it_has_left_already() -> None:
    """A version that a person took out of Staging learns why it was stopped, and stays where it is."""
    registry = _staged()
    registry.click_stage(2, "None")

    assert _withdraw(registry)
    assert registry.stages[2] == "None"
    assert REASON in registry.descriptions[2]


def test_a_power_cut_at_any_write_is_made_good_by_the_next_call() -> None:
    """Whatever was written before it, the next call leaves the same registry, and nothing else has moved."""
    for writes in range(6):
        registry = _staged()
        registry.writes_left = writes
        try:
            _withdraw(registry)
        except PowerCut:
            registry.writes_left = None
            settle(registry.client, CLASSIFIER, gates_that_refuse(), lambda _: None, later)
            _withdraw(registry)
        registry.writes_left = None
        assert registry.stages == {1: "Production", 2: "Archived", 3: "None"}, writes
        assert "staging" not in registry.aliases
        assert registry.versions()[1].transitions[-1].note == REASON, writes
