from datetime import UTC, datetime, timedelta

import pytest

from registry.mlflow_store.promotion_log import Transition
from registry.mlflow_store.stages import Stage
from registry.mlflow_store.versions import CLASSIFIER, Version, get_version, kind_of, pick_in_stage
from svgai.errors import RegistryFault

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)


def version(number: int, stage: Stage, promoted_at_minute: int | None = None) -> Version:
    tags = {}
    if promoted_at_minute is not None:
        at = NOON + timedelta(minutes=promoted_at_minute)
        move = Transition(action="promote", source="Staging", target="Production", by="ann", at=at)
        tags["promotion.1"] = move.model_dump_json()
    return Version(CLASSIFIER, number, stage, (), "run", NOON, NOON, tags, "")


def test_the_one_version_in_a_stage_is_found() -> None:
    """Without any remark."""
    found = pick_in_stage((version(1, "Archived"), version(2, "Production")), CLASSIFIER, "Production")
    assert (found.version.number, found.note) == (2, "")


def test_an_empty_stage_is_a_fault() -> None:
    """The message says what to do."""
    with pytest.raises(RegistryFault, match="promote one first"):
        pick_in_stage((version(1, "Staging"),), CLASSIFIER, "Production")


def test_of_several_on_record_the_last_promoted_counts_and_it_is_said() -> None:
    """Not the one with the highest number."""
    found = pick_in_stage((version(1, "Production", 5), version(2, "Production", 1)), CLASSIFIER, "Production")
    assert found.version.number == 1
    assert "1, 2" in found.note


def test_of_several_off_the_record_none_is_guessed() -> None:
    """A person put version 1 beside version 2: only a person can say which one counts."""
    with pytest.raises(RegistryFault, match=r"several versions in Production \(1, 2\)"):
        pick_in_stage((version(1, "Production"), version(2, "Production", 1)), CLASSIFIER, "Production")


def test_the_newest_version_is_the_default() -> None:
    """A number that does not exist is refused with those that do."""
    versions = (version(1, "None"), version(4, "None"))
    assert get_version(versions, CLASSIFIER, None).number == 4
    assert get_version(versions, CLASSIFIER, 1).number == 1
    with pytest.raises(RegistryFault, match="no version 3; it has 1, 4"):
        get_version(versions, CLASSIFIER, 3)
    with pytest.raises(RegistryFault, match="no versions"):
        get_version((), CLASSIFIER, None)


def test_names_of_other_models_are_refused() -> None:
    """A registry may hold models of other projects."""
    assert kind_of(CLASSIFIER) == "classifier"
    with pytest.raises(RegistryFault, match="svgai-classifier, svgai-optimizer"):
        kind_of("other")


def test_a_stage_given_off_the_record_has_no_recorded_entry() -> None:
    """The last recorded move led elsewhere, so somebody else moved it."""
    assert version(1, "Production", 1).entered is not None
    assert version(1, "Archived", 1).entered is None
