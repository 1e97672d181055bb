"""What a machine cannot show is left out with the reason."""

import os

import pytest

from loadtests.faults.catalogue import FAULTS, clock_library
from loadtests.faults.places import missing


def test_a_fault_of_processes_can_be_shown_anywhere() -> None:
    """It takes no rights and no library."""
    plain = [fault for fault in FAULTS if not (fault.needs_disk or fault.needs_clock)]
    assert plain
    assert [missing(fault) for fault in plain] == [None] * len(plain)


@pytest.mark.skipif(clock_library() is not None, reason="libfaketime is installed")
def test_a_clock_needs_its_library() -> None:
    """The way out is named."""
    (fault, *_) = (fault for fault in FAULTS if fault.needs_clock)
    assert "apt-get install faketime" in (missing(fault) or "")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may mount a disk")
def test_a_disk_needs_root() -> None:
    """Nobody else may mount one."""
    (fault, *_) = (fault for fault in FAULTS if fault.needs_disk)
    assert "root" in (missing(fault) or "")
