"""Which connections are kept."""

import logging

import pytest

from svgai.serve.connection_room import ConnectionRoom


class _Guest:
    closed = False

    def give_way(self) -> None:
        self.closed = True


def _room(most: int) -> ConnectionRoom:
    return ConnectionRoom(lambda: most, clock=lambda: 0.0)


def test_who_waits_longest_gives_way() -> None:
    """A new connection takes the place of the first that waits for its client."""
    room, guests = _room(2), [_Guest() for _ in range(4)]
    assert [room.enter(guest) for guest in guests] == [True] * 4
    assert [guest.closed for guest in guests] == [True, True, False, False]


def test_who_is_being_answered_stays() -> None:
    """And where all are there is no room; afterwards it waits like others, behind them."""
    room, first, second, third = _room(2), _Guest(), _Guest(), _Guest()
    room.enter(first)
    room.enter(second)
    room.answering(first)
    room.answering(second)
    assert not room.enter(third)
    room.answered(second)
    room.answered(first)
    assert room.enter(third)
    assert (first.closed, second.closed) == (False, True)


def test_who_leaves_makes_room() -> None:
    """An ended connection counts no more."""
    room, first, second = _room(1), _Guest(), _Guest()
    room.enter(first)
    room.leave(first)
    assert room.enter(second)
    assert not first.closed


def test_it_is_said_once_in_a_while(caplog: pytest.LogCaptureFixture) -> None:
    """A flood of connections is no flood of lines."""
    room = _room(1)
    with caplog.at_level(logging.WARNING):
        for _ in range(50):
            room.enter(_Guest())
    assert [record.levelname for record in caplog.records] == ["WARNING"]
