"""The experiment of a running service, with a switch in the test's hands."""

import asyncio
from collections.abc import Callable

import pytest
from prometheus_client import CollectorRegistry

from svgai.arms import Experiment, Mode, Switch
from svgai.errors import QualityStoreFault
from svgai.serve.experiments.live_experiment import Assignment, LiveExperiment, NoExperiment
from svgai.serve.monitoring.metrics import NoMetrics, PrometheusMetrics
from tests.fakes import virtual_time

CHAMPION, CHALLENGER = "classifier:1,optimizer:2", "classifier:1,optimizer:3"
DIGEST = "0" * 64
LOOK_S = 0.01


class HandSwitch:
    """A switch that says what it is told to, or fails."""

    def __init__(self, says: Switch | QualityStoreFault) -> None:
        self.says = says
        self.looked: list[str] = []

    async def look(self, experiment: Experiment) -> Switch:
        self.looked.append(experiment.name)
        if isinstance(self.says, QualityStoreFault):
            raise self.says
        return self.says


def test_without_an_experiment_no_image_has_an_arm() -> None:
    """Where AB_TESTING_ENABLED is off nothing is assigned."""
    assert NoExperiment().assign(DIGEST) == Assignment()


@pytest.mark.parametrize(
    "mode, share, assigned",
    [
        ("split", 1.0, Assignment("challenger", "optimizer-3-against-2.split-1")),
        ("split", 0.0, Assignment("champion", "optimizer-3-against-2.split-0")),
        ("shadow", 1.0, Assignment("champion", "optimizer-3-against-2.shadow-1", in_shadow=True)),
        ("shadow", 0.0, Assignment("champion", "optimizer-3-against-2.shadow-0")),
    ],
)
def test_the_mode_says_who_answers(mode: Mode, share: float, assigned: Assignment) -> None:
    """In a split the challenger answers its share; in shadow the champion does, and the challenger converts, too."""
    live = LiveExperiment(mode, share, HandSwitch(Switch(on=True)).look, NoMetrics(), LOOK_S)

    assert _while_live(live, lambda: live.assign(DIGEST)) == [assigned]


def test_before_the_switch_is_read_there_is_no_experiment() -> None:
    """A database that has never answered begins no experiment; once it answers there is one."""
    switch = HandSwitch(QualityStoreFault("away"))
    live = LiveExperiment("split", 1.0, switch.look, NoMetrics(), LOOK_S)

    found = _while_live(live, lambda: live.assign(DIGEST).arm, lambda: setattr(switch, "says", Switch(on=True)))

    assert found == [None, "challenger"]


def test_a_switch_that_is_turned_off_ends_it_without_a_restart() -> None:
    """The next look finds it stopped, and from then on no image has an arm."""
    switch = HandSwitch(Switch(on=True))
    live = LiveExperiment("split", 1.0, switch.look, NoMetrics(), LOOK_S)

    found = _while_live(
        live, lambda: live.assign(DIGEST).arm, lambda: setattr(switch, "says", Switch(on=False, reason="slow"))
    )

    assert found == ["challenger", None]


def test_a_database_that_goes_away_changes_nothing() -> None:
    """What the switch said last holds."""
    switch = HandSwitch(Switch(on=True))
    live = LiveExperiment("split", 1.0, switch.look, NoMetrics(), LOOK_S)

    found = _while_live(
        live, lambda: live.assign(DIGEST).arm, lambda: setattr(switch, "says", QualityStoreFault("away"))
    )

    assert found == ["challenger", "challenger"]


def test_assignments_are_counted() -> None:
    """Each conversion counts for the arm that answers it."""
    registry = CollectorRegistry()
    live = LiveExperiment("split", 1.0, HandSwitch(Switch(on=True)).look, PrometheusMetrics(registry), LOOK_S)

    _while_live(live, lambda: live.assign(DIGEST))

    assert registry.get_sample_value("svgai_ab_assignments_total", {"arm": "challenger"}) == 1


def test_a_challenger_that_is_switched_off_is_shown() -> None:
    """Not before the switch was read, and no more once it is on."""
    registry = CollectorRegistry()
    switch = HandSwitch(Switch(on=False, reason="slow"))
    live = LiveExperiment("split", 1.0, switch.look, PrometheusMetrics(registry), LOOK_S)

    def shown() -> float | None:
        return registry.get_sample_value("svgai_challenger_switched_off")

    assert shown() == 0
    assert _while_live(live, shown, lambda: setattr(switch, "says", Switch(on=True))) == [1, 0]


def test_both_versions_name_it() -> None:
    """What is looked for is the experiment between the versions that were loaded."""
    switch = HandSwitch(Switch(on=True))
    live = LiveExperiment("shadow", 0.5, switch.look, NoMetrics(), LOOK_S)

    _while_live(live, lambda: None)

    assert set(switch.looked) == {"optimizer-3-against-2.shadow-0.5"}


def _while_live(live: LiveExperiment, ask: Callable[[], object], *then: Callable[[], None]) -> list[object]:
    """What is answered after the first looks, and after those that follow each thing that is done then."""

    async def run() -> list[object]:
        live.begin(CHAMPION, CHALLENGER)
        await asyncio.sleep(10 * LOOK_S)
        found = [ask()]
        for change in then:
            change()
            await asyncio.sleep(10 * LOOK_S)
            found.append(ask())
        live.close()
        return found

    return virtual_time.run(run())
