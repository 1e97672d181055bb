"""
A supervisor that detects a dead worker within a second.

BentoML's checks for dead workers every ten seconds, and a new one needs some more to get ready: the service would be
down for up to 15 seconds. If it checked more often, that would collide with its own starts and stops.
"""

from typing import Any

from bentoml._internal.utils import circus as supervisor
from circus.exc import ConflictError

from svgai.serve.bento.contacts import SUPERVISOR_CONTACTS, require_contacts

LOOKED_AT_EVERY_S = 1.0


class AttentiveArbiter(supervisor.Arbiter):
    """BentoML's supervisor, with more frequent checks, except while it starts or stops workers."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options | {"check_delay": LOOKED_AT_EVERY_S})

    def manage_watchers(self) -> Any:
        """Replace workers that have exited; called by circus."""
        try:
            return super().manage_watchers()
        except ConflictError:
            return None


def look_often() -> None:
    """Make the supervisor that this process is about to start use this class."""
    require_contacts(SUPERVISOR_CONTACTS)
    supervisor.Arbiter = AttentiveArbiter  # type: ignore[misc] # of our own, for all that it makes from here on
