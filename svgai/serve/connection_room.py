"""
The limit of connections, and which are closed for new ones.

A connection that waits for its client (idle, or with an incomplete request) may be closed at any time; one with a
complete request is answered. So idle clients cannot lock others out.
"""

import logging
import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Protocol

_SAID_EVERY_S = 10.0

logger = logging.getLogger("svgai.connections")


class Guest(Protocol):
    """A connection."""

    def give_way(self) -> None:
        """Close: a new connection takes this one's place."""


class ConnectionRoom:
    """
    The connections of one process.

    Args:
        most: limit of concurrent ones; called with each new one.
    """

    def __init__(self, most: Callable[[], int], clock: Callable[[], float] = time.monotonic) -> None:
        self._most = most
        self._clock = clock
        self._open: set[Guest] = set()
        self._waiting: OrderedDict[Guest, None] = OrderedDict()
        self._closed = 0
        self._said_at = -_SAID_EVERY_S

    def enter(self, guest: Guest) -> bool:
        """Accept a new connection; False if all others are being answered."""
        if len(self._open) >= self._most():
            self._say()
            if not self._waiting:
                return False
            longest, _ = self._waiting.popitem(last=False)
            self._open.discard(longest)
            longest.give_way()
        self._open.add(guest)
        self._waiting[guest] = None
        return True

    def answering(self, guest: Guest) -> None:
        """Its request is complete: it no longer waits for its client."""
        self._waiting.pop(guest, None)

    def answered(self, guest: Guest) -> None:
        """It waits for its client again."""
        if guest in self._open:
            self._waiting[guest] = None

    def leave(self, guest: Guest) -> None:
        """It has ended."""
        self._waiting.pop(guest, None)
        self._open.discard(guest)

    def _say(self) -> None:
        self._closed += 1
        now = self._clock()
        if now - self._said_at >= _SAID_EVERY_S:
            self._said_at = now
            logger.warning(
                "no room for more connections: those that wait longest for their client are closed",
                extra={"open": len(self._open), "closed": self._closed},
            )
            self._closed = 0
