"""What a machine cannot show is left out with the reason."""

import os

import pytest

from loadtests.faults.catalogue import FAULTS
from loadtests.faults.places import missing


def test_a_fault_of_processes_can_be_shown_anywhere() -> None:
    """It takes no rights."""
    plain = [fault for fault in FAULTS if fault.needs is None]
    assert plain
    assert [missing(fault) for fault in plain] == [None] * len(plain)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may mount a disk")
def test_a_disk_needs_root() -> None:
    """Nobody else may mount one."""
    (fault, *_) = (fault for fault in FAULTS if fault.needs == "disk")
    assert "root" in (missing(fault) or "")
