"""Rounds, rates, and what is kept of them."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from loadtests.peers.comparison import CLIENTS, Outcomes, capacity, compare, rates, rotated
from loadtests.peers.visits import Stage, Visit
from svgai.errors import SvgAiError
from tests.fakes.load_cases import CAPACITIES, measured, visit

PEERS = list(CAPACITIES)


class Visitor:
    """Visits that need no server, and how often they were made."""

    def __init__(self, failing: tuple[str, ...] = ()) -> None:
        self.made: list[tuple[str, Stage, int]] = []
        self._failing = failing

    def __call__(self, peer: str, stage: Stage, number: int, planned: Sequence[float]) -> Visit:
        if peer in self._failing:
            raise SvgAiError(f"{peer} would not start")
        self.made.append((peer, stage, number))
        return visit(peer, stage, number, tuple(planned))


def quiet(_what: str, _done: int, _total: int) -> None:
    """Progress that nobody watches."""


def test_each_round_begins_with_another_peer() -> None:
    """And has all of them once."""
    assert [rotated("abc", number) for number in range(4)] == [[*"abc"], [*"bca"], [*"cab"], [*"abc"]]


def test_rates_follow_from_the_slowest_and_the_fastest() -> None:
    """The rate of the table first, then up to the fastest peer's capacity."""
    common, *rest = rates([100, 200, 150])
    assert common == 70
    assert rest == sorted(rest)
    assert rest[-1] == 200


def test_capacity_is_that_with_the_clients_that_suit_best() -> None:
    """Some servers do better with fewer."""
    one = Visit("capacity", 0, "fastapi", CLIENTS, 1, 100, (measured(32, 90), measured(64, 80)))
    assert capacity(one) == 90


def test_capacities_come_before_latencies_in_rotated_order(tmp_path: Path) -> None:
    """All peers are asked at the same rates, which are known only then."""
    visitor = Visitor()
    found = compare(PEERS, 2, visitor, Outcomes(tmp_path / "kept.jsonl", "x"), quiet)
    rounds = [(peer, number) for number in (0, 1) for peer in rotated(PEERS, number)]
    assert visitor.made == [(peer, stage, number) for stage in ("capacity", "latency") for peer, number in rounds]
    planned = {one.planned for one in found.visits if one.stage == "latency"}
    assert planned == {rates([most + 0.5 for most in CAPACITIES.values()])}
    assert found.common_rate == pytest.approx(0.7 * 100.5, abs=0.1)
    assert [one.round for one in found.of("svgai", "latency")] == [0, 1]


def test_what_was_finished_is_not_done_again(tmp_path: Path) -> None:
    """A run that was stopped goes on, with the same figures as one that was not."""
    path = tmp_path / "made" / "kept.jsonl"
    whole = compare(PEERS, 2, Visitor(), Outcomes(path, "x"), quiet)
    lines = path.read_text().splitlines()
    path.write_text("\n".join(lines[:4]) + "\n")
    visitor = Visitor()
    assert compare(PEERS, 2, visitor, Outcomes(path, "x"), quiet) == whole
    assert len(visitor.made) == len(lines) - 4


def test_outcomes_of_another_setting_are_not_used(tmp_path: Path) -> None:
    """Other models, images, seconds or code give other figures."""
    path = tmp_path / "kept.jsonl"
    compare(PEERS, 1, Visitor(), Outcomes(path, "x"), quiet)
    visitor = Visitor()
    compare(PEERS, 1, visitor, Outcomes(path, "y"), quiet)
    assert len(visitor.made) == 2 * len(PEERS)


def test_another_file_is_not_taken_for_outcomes(tmp_path: Path) -> None:
    """Nor added to."""
    path = tmp_path / "notes.txt"
    path.write_text("hello\n")
    with pytest.raises(SvgAiError, match=r"notes\.txt is no file of"):
        Outcomes(path, "x")


def test_a_peer_that_fails_is_left_out_and_the_others_go_on(tmp_path: Path) -> None:
    """With the reason, and without a say in the rates."""
    found = compare(PEERS, 1, Visitor(("mlflow",)), Outcomes(tmp_path / "kept.jsonl", "x"), quiet)
    assert found.left_out == {"mlflow": "mlflow would not start"}
    assert found.common_rate == 105
    assert {one.peer for one in found.visits} == {"svgai", "fastapi"}


def test_without_any_peer_there_is_nothing_to_compare(tmp_path: Path) -> None:
    """Every reason is told."""
    with pytest.raises(SvgAiError, match=r"no peer is left: svgai: svgai would not start; fastapi: .*"):
        compare(PEERS, 1, Visitor(tuple(PEERS)), Outcomes(tmp_path / "kept.jsonl", "x"), quiet)
    with pytest.raises(SvgAiError, match="no peer is left"):
        compare([], 1, Visitor(), Outcomes(tmp_path / "kept.jsonl", "x"), quiet)
