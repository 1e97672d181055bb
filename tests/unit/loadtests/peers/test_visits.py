"""One visit to one peer."""

import os
from pathlib import Path

import pytest

from loadtests.peers.serving_peers import Peer, Place
from loadtests.peers.visits import BOUND_MS, COMMON_TIMES, Questions, confined, cores, visit
from svgai.errors import SvgAiError
from tests.fakes.load_cases import measured, stand_in

pytestmark = pytest.mark.slow


@pytest.fixture
def place(tmp_path: Path) -> Place:
    """Where a server runs that takes every image for text."""
    return Place(Path("/usr/bin"), tmp_path, tmp_path, tmp_path / "server.log")


PEER = Peer(
    title="Simple",
    requirements=None,
    path="/",
    body=lambda image: {"image": image},
    kind=lambda answer: answer["type"],
    serve=lambda place: stand_in(place.folder),
)


def test_a_visit_measures_every_planned_load(place: Place) -> None:
    """With what the server's processes used for it."""
    found = visit("simple", PEER, place, Questions((b"png",), ("text",), 0.3, warm_up_s=0.1), "capacity", 2, (1, 3))
    assert (found.peer, found.stage, found.round, found.planned) == ("simple", "capacity", 2, (1, 3))
    assert [load.amount for load in found.loads] == [1, 3]
    assert all(load.answered == load.sent > 0 and load.p50_ms > 0 for load in found.loads)
    assert found.memory_mb > 5
    assert 0 < found.ready_s < 30


def test_the_first_rate_is_kept_up_for_longer(place: Place) -> None:
    """It is the one that the table shows."""
    found = visit(
        "simple", PEER, place, Questions((b"png",), ("text",), 0.5, warm_up_s=0.1), "latency", 0, (100, 100.5)
    )
    first, second = found.loads
    assert first.sent / second.sent == pytest.approx(COMMON_TIMES, rel=0.4)


def test_a_wrong_type_ends_the_visit(place: Place) -> None:
    """A server that answers something else is not the same work."""
    with pytest.raises(SvgAiError, match="Simple answered 'text' to image 1, which is 'simple'"):
        visit("simple", PEER, place, Questions((b"a", b"b"), ("text", "simple"), 0.1), "capacity", 0, (1,))


def test_a_peer_is_overloaded_when_it_refuses_or_takes_too_long() -> None:
    """Greater loads have no more to tell."""
    assert not measured(10, 10).overloaded
    assert measured(10, 10, answered=99).overloaded
    assert measured(10, 10, p99_ms=BOUND_MS + 1).overloaded


def test_servers_have_a_core_of_their_own() -> None:
    """The load has the others; where there are none, it shares."""
    before = os.sched_getaffinity(0)
    server, load = cores()
    assert len(server) == 1
    assert server | load == before
    with confined(server):
        assert os.sched_getaffinity(0) == server
        assert cores() == (server, server)
    assert os.sched_getaffinity(0) == before
