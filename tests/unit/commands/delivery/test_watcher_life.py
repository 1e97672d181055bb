"""Whether a watcher is alive: by its own note, and by the process that it names."""

from pathlib import Path

import pytest

from commands.delivery.watcher_life import LOOKED, note_look, watcher_here

pytestmark = pytest.mark.usefixtures("clean_environment")


def test_a_folder_without_a_watcher_has_none() -> None:
    """Nothing is made by asking."""
    assert watcher_here() is None
    assert not LOOKED.parent.exists()


def test_a_watcher_that_looked_is_alive() -> None:
    """With the time, and why the look was in vain."""
    note_look(5)
    first = watcher_here()
    note_look(5, "no MLflow server answers")
    last = watcher_here()
    assert first is not None
    assert last is not None
    assert (first.alive, first.fault, last.fault) == (True, "", "no MLflow server answers")
    assert first.looked <= last.looked


def test_another_process_of_the_same_number_is_no_watcher() -> None:
    """Numbers come again after a while."""
    note_look(5)
    mine = watcher_here()
    assert mine is not None
    assert not mine.model_copy(update={"started": mine.started - 100}).alive
    assert not mine.model_copy(update={"pid": 2**22 + 1}).alive


def test_a_note_that_was_spoiled_is_none(clean_environment: Path) -> None:
    """It is written anew by the next look."""
    note_look(5)
    (clean_environment / LOOKED).write_text("{")
    assert watcher_here() is None
