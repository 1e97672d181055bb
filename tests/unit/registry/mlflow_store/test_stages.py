"""A registry whose MLflow has no stages: everything goes by alias and log."""

import pytest

from registry.mlflow_store.promotion_log import Actor
from registry.mlflow_store.versions import CLASSIFIER, resolve
from registry.promotion.history import history
from registry.promotion.moves import promote, return_to, rollback
from registry.promotion.settlement import settle
from svgai.errors import GateFailed, RegistryFault
from tests.fakes.fake_registry import RegistryWithoutStages, gates_that_refuse, later

ANN = Actor(by="ann", via="cli")


@pytest.fixture
def registry() -> RegistryWithoutStages:
    """Version 1 is in Production; version 4 would not pass its gates."""
    registry = RegistryWithoutStages(4)
    promoted(registry, 1)
    return registry


def promoted(registry: RegistryWithoutStages, number: int, *, staging: bool = False) -> None:
    target = "Staging" if staging else "Production"
    promote(registry.client, CLASSIFIER, number, to=target, actor=ANN, judge=gates_that_refuse(4))  # type: ignore[arg-type]


def settled(registry: RegistryWithoutStages) -> list[str]:
    said: list[str] = []
    settle(registry.client, CLASSIFIER, gates_that_refuse(4), said.append, later)
    return said


def stages(registry: RegistryWithoutStages) -> list[str]:
    return [version.stage for version in registry.versions()]


def test_a_promotion_goes_by_alias(registry: RegistryWithoutStages) -> None:
    """By way of Staging, and the version before is archived; the log is as ever."""
    promoted(registry, 2)
    assert registry.aliases == {"production": "2"}
    assert stages(registry) == ["Archived", "Production", "None", "None"]
    assert resolve(registry.client, CLASSIFIER, "Production").version.number == 2
    moves = [
        (event.version, event.action, event.source, event.target) for event in history(registry.client, CLASSIFIER)
    ]
    assert moves[-3:] == [
        (2, "promote", "None", "Staging"),
        (2, "promote", "Staging", "Production"),
        (1, "archive", "Production", "Archived"),
    ]
    assert settled(registry) == []


def test_staging_goes_by_its_own_alias(registry: RegistryWithoutStages) -> None:
    """Beside the version in Production; the next one there archives it."""
    promoted(registry, 2, staging=True)
    assert registry.aliases == {"production": "1", "staging": "2"}
    promoted(registry, 3, staging=True)
    assert stages(registry) == ["Production", "Archived", "Staging", "None"]
    assert settled(registry) == []


def test_rollbacks_go_by_alias(registry: RegistryWithoutStages) -> None:
    """One after the other, and by what serves."""
    promoted(registry, 2)
    promoted(registry, 3)
    assert rollback(registry.client, CLASSIFIER, actor=ANN).version == 2
    assert rollback(registry.client, CLASSIFIER, actor=ANN).version == 1
    return_to(registry.client, {CLASSIFIER: 3}, actor=ANN, reason="it serves")
    assert registry.aliases == {"production": "3"}
    assert stages(registry) == ["Archived", "Archived", "Production", "None"]


def test_a_persons_alias_is_gated_and_taken_over(registry: RegistryWithoutStages) -> None:
    """As by alias anywhere."""
    registry.click_alias(2, "production")
    assert resolve_fails(registry)
    assert any("by alias" in line for line in settled(registry))
    assert stages(registry) == ["Archived", "Production", "None", "None"]
    assert settled(registry) == []


def test_a_persons_alias_that_fails_its_gates_goes_back(registry: RegistryWithoutStages) -> None:
    """To the version that had it, with the reason on the other one; a command is refused alike."""
    registry.click_alias(4, "production")
    settled(registry)
    assert registry.aliases == {"production": "1"}
    assert stages(registry)[0] == "Production"
    assert "accuracy is low" in registry.descriptions[4]
    with pytest.raises(GateFailed):
        promoted(registry, 4)


def test_production_is_not_left_empty(registry: RegistryWithoutStages) -> None:
    """A person took the alias away; from Staging it may be taken."""
    promoted(registry, 2, staging=True)
    registry.aliases.clear()
    settled(registry)
    assert registry.aliases == {"production": "1"}
    assert stages(registry) == ["Production", "Archived", "None", "None"]
    assert settled(registry) == []


def resolve_fails(registry: RegistryWithoutStages) -> bool:
    """Whether nothing counts as in Production: who has the alias is not gated yet."""
    try:
        resolve(registry.client, CLASSIFIER, "Production")
    except RegistryFault:
        return True
    return False
