"""
A supervisor that sees within a second that a worker has died.

BentoML's looks for dead workers every ten seconds, and a new one needs some more until it is ready: the service would
answer nobody for up to a quarter of a minute. More often than that it would stumble over its own starts and stops.
"""

from typing import Any

from bentoml._internal.utils import circus as supervisor
from circus.exc import ConflictError

from svgai.serve.bento.contacts import SUPERVISOR_CONTACTS, require_contacts

LOOKED_AT_EVERY_S = 1.0


class AttentiveArbiter(supervisor.Arbiter):
    """BentoML's supervisor, which looks more often, and not while it starts or ends workers."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options | {"check_delay": LOOKED_AT_EVERY_S})

    def manage_watchers(self) -> Any:
        """Replace workers that have ended; circus calls it."""
        try:
            return super().manage_watchers()
        except ConflictError:
            return None


def look_often() -> None:
    """Have the supervisor that this process is about to start be such a one."""
    require_contacts(SUPERVISOR_CONTACTS)
    supervisor.Arbiter = AttentiveArbiter  # type: ignore[misc] # of our own, for all that it makes from here on
