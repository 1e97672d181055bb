"""BentoML's supervisor as this service has it."""

from collections.abc import Iterator
from typing import Any

import pytest

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")


@pytest.fixture
def arbiter() -> Iterator[Any]:
    """What BentoML makes, once it was told to look often."""
    import bentoml._internal.utils.circus

    circus: Any = bentoml._internal.utils.circus  # noqa: SLF001 - one of the contacts
    from svgai.serve.bento.supervision import look_often

    usual = circus.Arbiter
    try:
        look_often()
        yield circus.create_standalone_arbiter([])
    finally:
        circus.Arbiter = usual


def test_it_looks_for_dead_workers_every_second(arbiter: Any) -> None:
    """Not every ten."""
    from svgai.serve.bento.supervision import LOOKED_AT_EVERY_S, AttentiveArbiter

    assert isinstance(arbiter, AttentiveArbiter)
    assert arbiter.check_delay == LOOKED_AT_EVERY_S


def test_it_does_not_stumble_over_a_start_or_a_stop(arbiter: Any) -> None:
    """Which takes longer than the time between two looks; BentoML's own raises then, into the log."""
    from circus.exc import ConflictError

    arbiter._exclusive_running_command = "arbiter_stop"  # noqa: SLF001 - what circus sets while it stops
    with pytest.raises(ConflictError):
        super(type(arbiter), arbiter).manage_watchers()
    assert arbiter.manage_watchers() is None
