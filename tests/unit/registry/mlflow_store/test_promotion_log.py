from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.mlflow_store.promotion_log import (
    RecordedVerdict,
    Transition,
    next_tag,
    production_line,
    read_transitions,
    read_verdict,
)

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)


def promoted(minute: int, *, replaced: int | None = None, action: str = "promote") -> Transition:
    return Transition.model_validate(
        {
            "action": action,
            "source": "Staging",
            "target": "Production",
            "by": "ann",
            "at": NOON + timedelta(minutes=minute),
            "replaced": replaced,
        }
    )


def test_transitions_are_read_in_the_order_they_were_written() -> None:
    """The tenth tag comes after the ninth, and what a person spoiled is passed over."""
    tags = {f"promotion.{n}": promoted(n).model_dump_json() for n in (10, 9, 1)}
    tags |= {"promotion.2": "spoiled", "promotion.note": "x", "sha256": "y"}
    assert [t.at.minute for t in read_transitions(tags)] == [1, 9, 10]
    assert next_tag(tags, "promotion.").startswith("promotion.11.")
    assert next_tag({}, "promotion.").startswith("promotion.1.")


def test_two_writers_at_once_both_keep_their_entries() -> None:
    """They count to the same number; the earlier entry comes first, and what follows comes after both."""
    tags = {"promotion.1": promoted(1).model_dump_json()}
    late, early = (next_tag(tags, "promotion.") for _ in range(2))
    tags |= {late: promoted(3).model_dump_json(), early: promoted(2).model_dump_json()}
    assert [t.at.minute for t in read_transitions(tags)] == [1, 2, 3]
    assert next_tag(tags, "promotion.").startswith("promotion.3.")


def test_a_verdict_is_read_back() -> None:
    """Nothing is made of a missing or spoiled one."""
    verdict = RecordedVerdict(passed=False, target="Staging", by="ann", at=NOON, reasons=("too large",))
    assert read_verdict({"gate": verdict.model_dump_json()}) == verdict
    assert read_verdict({}) is None
    assert read_verdict({"gate": "yes"}) is None
    assert "too large" in verdict.line()


def test_the_line_of_plain_promotions() -> None:
    """Each version follows the one it replaced."""
    logs = {1: [promoted(1)], 2: [promoted(2, replaced=1)], 3: [promoted(3, replaced=2)]}
    assert production_line(logs, 3) == (1, 2, 3)


def test_a_second_rollback_goes_further_back() -> None:
    """What was rolled back does not come back by rolling back again."""
    logs = {
        1: [promoted(1)],
        2: [promoted(2, replaced=1), promoted(4, replaced=3, action="rollback")],
        3: [promoted(3)],
    }
    assert production_line(logs, 2) == (1, 2)


def test_a_promotion_off_the_record_counts() -> None:
    """Version 2 was promoted by a person: seen as what 3 replaced, or as what stands there now."""
    assert production_line({1: [promoted(1)], 2: [], 3: [promoted(3, replaced=2)]}, 3) == (1, 2, 3)
    assert production_line({1: [promoted(1)], 2: []}, 2) == (1, 2)


def test_a_rollback_off_the_record_counts_as_one() -> None:
    """A person put version 1 back: nothing stood before it."""
    assert production_line({1: [promoted(1)], 2: [promoted(2, replaced=1)]}, 1) == (1,)


def test_a_deleted_version_is_no_way_back() -> None:
    """Only versions that exist are in the line."""
    assert production_line({1: [promoted(1)], 3: [promoted(3, replaced=2)]}, 3) == (1, 3)


@pytest.mark.slow
@given(st.lists(st.one_of(st.integers(1, 5), st.none()), max_size=12))
def test_the_line_follows_any_sequence_of_promotions_and_rollbacks(moves: list[int | None]) -> None:
    """A promotion puts a version on top, a rollback takes the top away (None stands for a rollback)."""
    stack: list[int] = []
    logs: dict[int, list[Transition]] = {n: [] for n in range(1, 6)}
    for minute, number in enumerate(moves):
        present = stack[-1] if stack else None
        if number is None:
            if len(stack) > 1:
                stack.pop()
                logs[stack[-1]].append(promoted(minute, replaced=present, action="rollback"))
        elif number != present:
            logs[number].append(promoted(minute, replaced=present))
            stack.append(number)
    if stack:
        assert production_line(logs, stack[-1]) == tuple(stack)
