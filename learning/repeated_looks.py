"""Repeats a check in a thread until the caller stops it."""

from collections.abc import Callable
from threading import Event

from svgai.errors import SvgAiError


def keep_looking(look: Callable[[], None], stopped: Event, every_s: float, tell: Callable[[str], None]) -> None:
    """Check repeatedly until `stopped` is set, regardless of errors; an error is reported once."""
    told = ""
    while not stopped.is_set():
        fault = ""
        try:
            look()
        except SvgAiError as known:
            fault = known.message
        except Exception as unforeseen:  # noqa: BLE001 - it would end the thread, and with it all further checks
            fault = f"{type(unforeseen).__name__}: {unforeseen}"
        if fault and fault != told:
            tell(fault)
        told = fault
        stopped.wait(every_s)
