"""Looks that go on, whatever becomes of one of them."""

from threading import Event

from learning.repeated_looks import keep_looking
from svgai.errors import QualityStoreFault


def test_no_fault_ends_the_looks_and_each_is_told_once() -> None:
    """Neither one that is known nor one that nobody foresaw; the same one after a look that went well is told again."""
    away, wrong = QualityStoreFault("the database is away"), ZeroDivisionError("of a share")
    faults, told, stopped = [away, away, wrong, wrong, None, wrong], list[str](), Event()

    def look() -> None:
        fault = faults.pop(0)
        if not faults:
            stopped.set()
        if fault is not None:
            raise fault

    keep_looking(look, stopped, 0, told.append)

    unforeseen = "ZeroDivisionError: of a share"
    assert told == ["the database is away", unforeseen, unforeseen]
