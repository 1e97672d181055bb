from collections.abc import Callable
from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.mlflow_store.promotion_log import Actor, now, read_verdict
from registry.mlflow_store.versions import CLASSIFIER
from registry.promotion.external_changes import next_step
from registry.promotion.moves import promote, return_to, rollback
from registry.promotion.settlement import settle
from svgai.errors import GateFailed, RegistryFault
from tests.fakes.fake_registry import FakeRegistry, PowerCut, RegistryWithoutStages, gates_that_refuse, later

pytestmark = pytest.mark.slow

ANN = Actor(by="ann", via="cli")
BAD = 4


@dataclass
class Team:
    """A registry, people who promote in it, and the watcher's settling."""

    registry: FakeRegistry = field(default_factory=lambda: FakeRegistry(4))
    said: list[str] = field(default_factory=list)

    def settle(self) -> None:
        settle(self.registry.client, CLASSIFIER, gates_that_refuse(BAD), self.said.append, later)

    def promote(self, number: int) -> None:
        promote(self.registry.client, CLASSIFIER, number, to="Production", actor=ANN, judge=gates_that_refuse(BAD))

    def history(self, number: int) -> list[str]:
        return [f"{entry.action} {entry.target}" for entry in self.registry.versions()[number - 1].transitions]

    def agrees(self) -> bool:
        """Log, stages and aliases say the same, and at most one version is in each stage."""
        versions = self.registry.versions()
        return (
            next_step(versions, later()) is None
            and all(version.stage == version.recorded_stage for version in versions)
            and all(
                [v.number for v in versions if v.stage == stage]
                == ([int(self.registry.aliases[stage.lower()])] if stage.lower() in self.registry.aliases else [])
                for stage in ("Staging", "Production")
            )
        )

    def production(self) -> list[int]:
        return [version.number for version in self.registry.versions() if version.stage == "Production"]


@pytest.fixture
def team() -> Team:
    """Version 1 is in Production, by command."""
    team = Team()
    team.promote(1)
    team.settle()
    assert team.said == []
    return team


@pytest.mark.parametrize("archive", [True, False])
def test_a_promotion_by_stage_is_taken_over(team: Team, archive: bool) -> None:
    """With or without the box that archives the version before."""
    team.registry.click_stage(2, "Production", archive=archive)
    team.settle()
    assert team.registry.stages == {1: "Archived", 2: "Production", 3: "None", 4: "None"}
    assert team.registry.aliases == {"production": "2"}
    entry = team.registry.versions()[1].transitions[-1]
    assert (entry.action, entry.via, entry.replaced) == ("promote", "mlflow", 1)
    assert team.history(1)[-1] == "archive Archived"
    assert "gates passed" in team.registry.descriptions[2]
    assert team.agrees()


def test_a_promotion_by_alias_is_taken_over(team: Team) -> None:
    """The stage follows."""
    team.registry.click_alias(3, "production")
    team.settle()
    assert team.production() == [3]
    assert team.agrees()


@pytest.mark.parametrize("archive", [True, False])
def test_a_refused_promotion_is_undone(team: Team, archive: bool) -> None:
    """Stage and alias are as they were, and every reason stands on the version."""
    team.registry.click_stage(BAD, "Production", archive=archive)
    team.settle()
    assert team.registry.stages == {1: "Production", 2: "None", 3: "None", 4: "None"}
    assert team.registry.aliases == {"production": "1"}
    verdict = read_verdict(team.registry.tags[BAD])
    assert verdict is not None
    assert verdict.reasons == ("accuracy is low",)
    assert "accuracy is low" in team.registry.descriptions[BAD]
    assert team.history(BAD) == ["refuse None"]
    assert team.agrees()


def test_a_refused_alias_goes_back(team: Team) -> None:
    """To the version that has the stage."""
    team.registry.click_alias(BAD, "production")
    team.settle()
    assert team.registry.aliases == {"production": "1"}
    assert team.agrees()


def test_a_refused_first_promotion_leaves_production_empty() -> None:
    """There is nothing to go back to."""
    team = Team()
    team.registry.click_alias(BAD, "production")
    team.registry.click_stage(BAD, "Staging")
    team.settle()
    assert set(team.registry.stages.values()) == {"None"}
    assert team.registry.aliases == {}
    assert team.agrees()


def test_staging_is_gated_and_recorded_too(team: Team) -> None:
    """A version goes to Staging and on to Production by clicks."""
    team.registry.click_stage(2, "Staging")
    team.settle()
    assert team.registry.aliases == {"production": "1", "staging": "2"}
    team.registry.click_stage(2, "Production")
    team.settle()
    assert team.registry.aliases == {"production": "2"}
    assert team.history(2) == ["promote Staging", "promote Production"]
    team.registry.click_stage(BAD, "Staging")
    team.settle()
    assert team.registry.stages[BAD] == "None"
    assert team.agrees()


def test_a_former_version_comes_back_without_being_compared(team: Team) -> None:
    """It was good enough to serve; the log calls it a rollback, so that the next one goes further back."""
    team.promote(2)
    compared: list[int | None] = []

    def judge(candidate: object, replaced: object) -> object:
        compared.append(getattr(replaced, "number", None))
        return gates_that_refuse()(candidate, replaced)  # type: ignore[arg-type]

    team.registry.click_stage(1, "Production")
    settle(team.registry.client, CLASSIFIER, judge, team.said.append, later)  # type: ignore[arg-type]
    assert compared == [None]
    assert team.history(1)[-1] == "rollback Production"
    assert team.agrees()


def test_production_is_not_left_empty(team: Team) -> None:
    """A version that a person takes out comes back, with the reason on it."""
    for stage in ("Archived", "None", "Staging"):
        team.registry.click_stage(1, stage)
        team.settle()
        assert team.production() == [1]
        assert team.agrees()
    assert "not left empty" in team.registry.descriptions[1]


def test_a_deleted_alias_is_set_again(team: Team) -> None:
    """It follows the stage."""
    del team.registry.aliases["production"]
    team.settle()
    assert team.registry.aliases == {"production": "1"}


def test_the_later_of_two_promotions_by_stage_counts(team: Team) -> None:
    """Two people promote at once: the other version is sent back, and says why."""
    team.registry.click_stage(3, "Production", archive=True)
    team.registry.click_stage(2, "Production")
    team.registry.click_alias(BAD, "production")
    team.settle()
    assert team.registry.stages == {1: "Archived", 2: "Production", 3: "None", 4: "None"}
    assert "version 2 was promoted" in team.registry.descriptions[3]
    assert team.agrees()


def test_a_promotion_while_another_is_gated_has_its_turn(team: Team) -> None:
    """The last action wins."""

    def judge(candidate: object, replaced: object) -> object:
        if getattr(candidate, "number", None) == 2:
            team.registry.click_stage(3, "Production", archive=True)
        return gates_that_refuse()(candidate, replaced)  # type: ignore[arg-type]

    team.registry.click_stage(2, "Production", archive=True)
    settle(team.registry.client, CLASSIFIER, judge, team.said.append, later)  # type: ignore[arg-type]
    assert team.production() == [3]
    assert team.history(2) == ["promote Production", "archive Archived"]
    assert team.agrees()


def test_a_return_spares_a_promotion_that_waits(team: Team) -> None:
    """What a person promoted while a deployment failed is looked at after the return."""
    team.promote(2)
    team.registry.click_stage(3, "Production", archive=True)
    return_to(team.registry.client, {CLASSIFIER: 1}, actor=ANN, reason="taken back")
    assert team.production() == [1, 3]
    team.settle()
    assert team.production() == [3]
    assert team.agrees()


def test_settling_again_changes_nothing(team: Team) -> None:
    """Two watchers may run."""
    team.registry.click_stage(2, "Production")
    team.settle()
    team.registry.writes_left = 0
    team.settle()


def test_a_move_in_progress_is_left_to_its_command(team: Team) -> None:
    """The command recorded it a moment ago and has not made it yet."""
    team.registry.writes_left = 2
    with pytest.raises(PowerCut):
        return_to(team.registry.client, {CLASSIFIER: 2}, actor=ANN, reason="tried")
    team.registry.writes_left = 0
    settle(team.registry.client, CLASSIFIER, gates_that_refuse(), team.said.append, now)


@pytest.mark.parametrize("registry", [FakeRegistry, RegistryWithoutStages])
@pytest.mark.parametrize("writes", range(4))
def test_an_interrupted_rollback_does_not_go_back_twice(registry: type[FakeRegistry], writes: int) -> None:
    """Repeating it completes it, wherever it was killed."""
    team = Team(registry(4))
    for number in (1, 2, 3):
        team.promote(number)
    team.registry.writes_left = writes
    with pytest.raises(PowerCut):
        rollback(team.registry.client, CLASSIFIER, actor=ANN)
    team.registry.writes_left = None
    assert rollback(team.registry.client, CLASSIFIER, actor=ANN).version == 2
    assert team.production() == [2]
    assert team.agrees()


def test_the_alias_moves_before_the_stage(team: Team) -> None:
    """It is what a promotion goes by; the stage follows."""
    team.registry.writes_left = 3
    with pytest.raises(PowerCut):
        return_to(team.registry.client, {CLASSIFIER: 2}, actor=ANN, reason="tried")
    assert (team.registry.aliases, team.registry.stages[2]) == ({"production": "2"}, "None")
    team.registry.writes_left = None
    team.settle()
    assert team.production() == [2]
    assert team.agrees()


def test_people_who_never_stop_are_told_of() -> None:
    """Settling ends."""
    team = Team()
    flips = iter(range(10_000))

    def flip() -> None:
        team.registry.click_stage(1 + next(flips) % 3, "Production")

    team.registry.before_write = flip
    flip()
    with pytest.raises(RegistryFault, match="changed all the time"):
        team.settle()


clicks = st.one_of(
    st.tuples(
        st.just("stage"),
        st.integers(1, 4),
        st.sampled_from(["None", "Staging", "Production", "Archived"]),
        st.booleans(),
    ),
    st.tuples(st.just("alias"), st.integers(1, 4), st.sampled_from(["staging", "production"]), st.just(False)),
    st.tuples(st.just("promote"), st.integers(1, 4), st.just(""), st.just(False)),
    st.tuples(st.just("rollback"), st.just(1), st.just(""), st.just(False)),
)


@given(
    st.lists(st.tuples(clicks, st.one_of(st.none(), st.integers(0, 12))), max_size=8),
    st.sampled_from([FakeRegistry, RegistryWithoutStages]),
)
def test_whatever_people_do_and_whenever_the_power_goes_all_agrees_in_the_end(
    acts: list[tuple[tuple[str, int, str, bool], int | None]], registry: type[FakeRegistry]
) -> None:
    """After each act settling is killed at some write; the next one leaves log, stages and aliases in agreement."""
    team = Team(registry(4))
    for act, cut_after in acts:
        _act(team, *act)
        team.registry.writes_left = cut_after
        try:
            team.settle()
        except PowerCut:
            team.registry.writes_left = None
            team.settle()
        team.registry.writes_left = None
        assert team.agrees()
        assert BAD not in team.production()


@given(st.integers(0, 20), st.sampled_from([1, 2, 3]), st.sampled_from([FakeRegistry, RegistryWithoutStages]))
def test_a_promotion_by_command_that_was_killed_is_completed(
    cut_after: int, number: int, registry: type[FakeRegistry]
) -> None:
    """Or not begun; never something in between."""
    team = Team(registry(4))
    team.promote(1)
    team.promote(2)
    team.registry.writes_left = cut_after
    try:
        team.promote(number)
    except PowerCut:
        team.registry.writes_left = None
    team.registry.writes_left = None
    team.settle()
    assert team.agrees()
    assert team.production() in ([2], [number])


def _act(team: Team, what: str, number: int, where: str, archive: bool) -> None:
    acts: dict[str, Callable[[], object]] = {
        "stage": lambda: team.registry.click_stage(number, where, archive=archive),
        "alias": lambda: team.registry.click_alias(number, where),
        "promote": lambda: team.promote(number),
        "rollback": lambda: rollback(team.registry.client, CLASSIFIER, actor=ANN),
    }
    try:
        acts[what]()
    except GateFailed:
        assert number == BAD
    except RegistryFault:
        assert what == "rollback"  # there is nothing to go back to
