"""Looks that are repeated beside other work, in a thread that nothing ends but whoever began it."""

from collections.abc import Callable
from threading import Event

from svgai.errors import SvgAiError


def keep_looking(look: Callable[[], None], stopped: Event, every_s: float, tell: Callable[[str], None]) -> None:
    """Look again and again until `stopped` is set, whatever becomes of a look; what goes wrong is told once."""
    told = ""
    while not stopped.is_set():
        fault = ""
        try:
            look()
        except SvgAiError as known:
            fault = known.message
        except Exception as unforeseen:  # noqa: BLE001 - it would end the thread, and nobody would look any more
            fault = f"{type(unforeseen).__name__}: {unforeseen}"
        if fault and fault != told:
            tell(fault)
        told = fault
        stopped.wait(every_s)
